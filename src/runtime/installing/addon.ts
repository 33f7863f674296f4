import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError } from '../../core/errors.js';
import { lastLines, runProgram } from '../../platform/run-program.js';
import type { Library } from '../finding/library.js';
import type { NodePackages } from '../finding/node-packages.js';
import { TOOL_HINTS } from '../finding/tools.js';
import { prepareFolder, type Work } from './work.js';

/**
 * Path of the addon for a library: the binding between Node and TensorFlow, compiled from the sources in the npm package.
 * Cached under a hash of its inputs, so that the same addon is built only once.
 */
export async function provideAddon(library: Library, work: Work): Promise<string> {
  const folder = await addonFolder(library, work);
  const addon = path.join(folder, ADDON);
  if (await isIntact(folder)) return addon;

  const unfinished = await prepareFolder(work, 'addon');
  await work.steps.run('Building the addon', () => compile(path.join(unfinished, ADDON), library, work));
  await writeFile(path.join(unfinished, CHECKSUM), await hashOf(path.join(unfinished, ADDON)));
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.dirname(folder), { recursive: true });
  await rename(unfinished, folder);
  return addon;
}

/** Whether the addon for a library is already built. */
export async function hasAddon(library: Library, work: Work): Promise<boolean> {
  return isIntact(await addonFolder(library, work));
}

/** Puts an addon where the npm package looks for it, replacing another one atomically. */
export async function linkAddon(addon: string, packages: NodePackages): Promise<void> {
  const target = packages.addon;
  const temporary = `${target}.${process.pid}`;
  await mkdir(path.dirname(target), { recursive: true });
  await rm(temporary, { force: true });
  // Where a file system has no symbolic links a copy does: the addon knows its library by an absolute path.
  await symlink(addon, temporary).catch(() => copyFile(addon, temporary));
  await rename(temporary, target);
}

const ADDON = 'tfjs_binding.node';
const CHECKSUM = 'sha256';
const FLAGS = ['-O2', '-std=c++17', '-shared', '-fPIC', '-w', '-DNODE_GYP_MODULE_NAME=tfjs_binding'];

async function addonFolder(library: Library, { cache, packages }: Work): Promise<string> {
  const hash = createHash('sha256');
  const { version, napiVersion, headersVersion } = packages;
  hash.update(JSON.stringify({ version, napiVersion, headersVersion, flags: FLAGS }));
  for (const file of library.files) hash.update(`${file} ${(await stat(file)).size}\n`);
  const sources = path.join(packages.folder, 'binding');
  for (const name of (await readdir(sources)).sort())
    hash.update(name).update(await readFile(path.join(sources, name)));
  return path.join(cache.addons, hash.digest('hex').slice(0, 16));
}

async function compile(target: string, library: Library, { packages, env, signal }: Work): Promise<void> {
  const args = compilerArguments(target, library, packages);
  const outcome = await runProgram('g++', args, { env, signal, cwd: packages.folder });
  if (outcome.status === 'ok') return;
  const output = outcome.status === 'missing' ? 'g++ is missing' : lastLines(outcome.errors, 20);
  throw new EnvironmentError('BUILD_FAILED', `the addon could not be built:\n${output}`, {
    hint: `It takes a compiler with C++17. ${TOOL_HINTS['g++']}`,
  });
}

function compilerArguments(target: string, library: Library, packages: NodePackages): string[] {
  const folders = new Set(library.files.map((file) => path.dirname(file)));
  return [
    ...FLAGS,
    `-DNAPI_VERSION=${packages.napiVersion}`,
    ...[packages.headers, library.include, packages.folder].map((include) => `-I${include}`),
    ...['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc', '-o', target],
    // Both libraries are named whether or not this compiler thinks so, and found where they are, not through node_modules:
    // TensorFlow looks for CUDA beside the path it was loaded from.
    ...['-Wl,--no-as-needed', ...library.files],
    ...[...folders].flatMap((folder) => ['-Xlinker', '-rpath', '-Xlinker', folder]),
  ];
}

async function isIntact(folder: string): Promise<boolean> {
  try {
    return (await readFile(path.join(folder, CHECKSUM), 'utf8')) === (await hashOf(path.join(folder, ADDON)));
  } catch {
    return false;
  }
}

async function hashOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}
