import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { InputError } from '../../core/errors.js';
import { canonicalJson } from '../../core/parameters.js';
import type { ProgramDefinition } from '../../core/trainer/program.js';
import type { TrainerDescription } from '../../core/trainer/trainer-description.js';
import { isMissing } from '../../platform/errno.js';
import { runProgram } from '../../platform/run-program.js';

/**
 * Identifies a program: by its own file and `program_files`, or by the git commit of `folder`; and by how it is run. Names and
 * contents count, the place of the folder does not.
 *
 * @throws {InputError} PROGRAM_NOT_FOUND for a file that is missing, NO_GIT_COMMIT
 */
export async function programVersion(
  definition: ProgramDefinition,
  folder: string,
): Promise<Pick<TrainerDescription, 'version' | 'files'>> {
  const { program, command, interpreter, metrics, reporter, passing } = definition;
  const isGit = definition.version === 'git';
  const content = isGit ? await gitState(folder) : await contents(definition, folder);
  // How a number is written follows from the values of the file, and is no other program.
  const { nested, seed } = passing;
  const identity = {
    program: program ?? null,
    command,
    interpreter: interpreter ?? null,
    metrics,
    nested,
    seed,
    content,
    ...(reporter && { reporter }),
  };
  const hash = createHash('sha256').update(canonicalJson(identity)).digest('hex');
  return { version: `${isGit ? 'git' : 'sha256'}:${hash.slice(0, 12)}`, ...(!isGit && { files: content }) };
}

/** Hashes by path. */
async function contents(definition: ProgramDefinition, folder: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  const own = await ownFiles(definition, folder);
  for (const path of [...own, ...definition.programFiles]) {
    for (const file of await filesBelow(resolve(folder, path), path))
      hashes[relative(folder, file)] = await hashOf(file);
  }
  return hashes;
}

/**
 * The files that a command line names: `program`, also as a module after `-m`, and words that are paths of files.
 *
 * @throws {InputError} PROGRAM_NOT_FOUND
 */
async function ownFiles({ program, command }: ProgramDefinition, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const [index, written] of command.entries()) {
    const word = written === '${program}' ? program! : written;
    const isModule = command[index - 1] === '-m';
    const candidates = isModule ? modulePaths(word) : [word];
    const path = await firstFile(candidates, folder);
    if (path !== undefined) found.push(path);
    else if (written === '${program}' && !isModule) throw notFound(resolve(folder, word), '`program:`');
  }
  return found;
}

const modulePaths = (module: string): string[] => {
  const path = module.replaceAll('.', '/');
  return [`${path}.py`, `${path}/__main__.py`];
};

async function firstFile(paths: readonly string[], folder: string): Promise<string | undefined> {
  for (const path of paths) {
    const found = await stat(resolve(folder, path)).catch(() => undefined);
    // A program of the system, such as /usr/bin/env, is none of the sweep's.
    if (found?.isFile() && !relative(folder, resolve(folder, path)).startsWith('..')) return path;
  }
  return undefined;
}

/** A file, or all files below a folder in order; hidden ones and Python's caches are left out. */
async function filesBelow(path: string, written: string): Promise<string[]> {
  const found = await stat(path).catch((error: unknown) => {
    if (isMissing(error)) throw notFound(path, `\`program_files: ${written}\``);
    throw error;
  });
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries
    .filter(({ name }) => !name.startsWith('.') && name !== '__pycache__')
    .filter((entry) => entry.isDirectory() || entry.isFile())
    .map(({ name }) => name);
  const below = await Promise.all(names.sort().map((name) => filesBelow(join(path, name), written)));
  return below.flat();
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file)) hash.update(part as Buffer);
  return hash.digest('hex');
}

/** The commit of a folder, with the changes since: they are a version of their own. */
async function gitState(folder: string): Promise<Record<string, string>> {
  const git = async (...args: readonly string[]): Promise<string> => {
    const outcome = await runProgram('git', args, { cwd: folder, timeoutMs: 30_000 });
    if (outcome.status === 'ok') return outcome.stdout;
    throw new InputError('NO_GIT_COMMIT', `\`version: git\` needs a git commit, and ${folder} has none`, {
      hint: 'Commit the program, or remove `version` so that the content of its files counts.',
    });
  };
  return { commit: await git('rev-parse', 'HEAD'), changes: await git('diff', 'HEAD', '--', '.') };
}

const notFound = (path: string, key: string): InputError =>
  new InputError('PROGRAM_NOT_FOUND', `${path} cannot be read`, {
    hint: `${key} is a path from the sweep file’s folder.`,
  });
