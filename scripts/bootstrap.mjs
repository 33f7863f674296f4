/**
 * Prepares a fresh clone: npm packages, the compiled program, native TensorFlow. Takes a moment if all are up to date. Plain
 * JavaScript without dependencies, because it installs them. Prints to standard error, so that the program's output can be
 * piped.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { runProgram } from './run-program.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** The compiled command line. */
export const cli = join(root, 'dist', 'src', 'cli.js');

/** Resolves when everything is ready. If a step fails, ends this process with a message and the step's exit status. */
export async function bootstrap() {
  requireNode();
  try {
    if (!packagesAreInstalled() || !isBuilt()) {
      const onWait = (pid) => say(`Another set-up (process ${pid}) is at work here; waiting for it.`);
      await withLock(join(root, '.setup', 'lock'), onWait, installAndBuild);
    }
    // The set-up has its own lock, messages and clock.
    await run(process.execPath, [cli, 'setup']);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    process.exit(error.status);
  }
}

const lockFile = join(root, 'package-lock.json');
const modules = join(root, 'node_modules');
const stamp = join(root, 'dist', '.sources');
const sourceFolders = ['src', 'test', 'bench'];

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  say(`This is Node.js ${process.versions.node}; Sweepwright needs 20.19 or newer.`);
  process.exit(1);
}

async function installAndBuild(onStart) {
  if (!packagesAreInstalled()) await step('Installing the npm packages', ...npm('ci'), onStart);
  if (isBuilt()) return;
  rmSync(stamp, { force: true });
  pruneOutputs();
  await step('Compiling', process.execPath, [join(modules, 'typescript', 'bin', 'tsc'), '--build'], onStart);
  await run(process.execPath, [join(root, 'scripts', 'bundle-duckdb.mjs')], onStart);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, describeSources());
}

/** Compares npm's record of its last install with the lock file, for this platform. */
function packagesAreInstalled() {
  const installed = readJson(join(modules, '.package-lock.json'))?.packages;
  if (installed === undefined) return false;
  // A folder copied from another platform holds binaries of that platform.
  if (Object.values(installed).some(({ os, cpu }) => !allows(os, process.platform) || !allows(cpu, process.arch)))
    return false;
  return Object.entries(readJson(lockFile).packages).every(([folder, { version, optional }]) => {
    if (folder === '') return true;
    if (installed[folder] === undefined) return optional === true;
    return installed[folder].version === version && existsSync(join(root, folder, 'package.json'));
  });
}

const allows = (list, value) => list === undefined || list.includes(value);

/** The npm that started this process, otherwise the one on the PATH. */
function npm(...args) {
  const script = process.env.npm_execpath;
  return script?.endsWith('npm-cli.js') ? [process.execPath, [script, ...args]] : ['npm', args];
}

function isBuilt() {
  try {
    return readFileSync(stamp, 'utf8') === describeSources() && sources().every((file) => existsSync(outputOf(file)));
  } catch {
    return false;
  }
}

/** A hash of the sources, the compiler and its settings. */
function describeSources() {
  const hash = createHash('sha256');
  for (const file of [lockFile, join(root, 'tsconfig.json')]) hash.update(readFileSync(file));
  for (const file of sources()) {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${relative(root, file)} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

const sources = () => sourceFolders.flatMap((folder) => filesIn(join(root, folder), /(?<!\.d)\.ts$/));

const outputOf = (source) => join(root, 'dist', relative(root, source)).replace(/\.ts$/, '.js');

/** Removes compiled files without a source: a deleted test must not run. */
function pruneOutputs() {
  const expected = new Set(sources().map((file) => outputOf(file).replace(/\.js$/, '')));
  for (const folder of sourceFolders) {
    for (const file of filesIn(join(root, 'dist', folder), /\.(js|js\.map|d\.ts)$/)) {
      if (!expected.has(file.replace(/\.(js|js\.map|d\.ts)$/, ''))) rmSync(file);
    }
  }
  if (!sources().every((file) => existsSync(outputOf(file))))
    rmSync(join(root, 'dist', '.tsbuildinfo'), { force: true });
}

/** Files below a folder in a stable order; an empty list if the folder does not exist. */
export function filesIn(folder, pattern) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((file) => pattern.test(file))
    .sort((a, b) => (a.split(sep).join('/') < b.split(sep).join('/') ? -1 : 1));
}

async function step(title, command, args, onStart) {
  say(`${title} ...`);
  const begin = Date.now();
  await run(command, args, onStart);
  say(`  done in ${((Date.now() - begin) / 1000).toFixed(1)}s`);
}

async function run(command, args, onStart) {
  const status = await runProgram(command, args, { cwd: root, stdio: ['inherit', 2, 2], onStart });
  if (status !== 0) throw new Failed(status);
}

/** A step that failed and has printed the reason. */
class Failed extends Error {
  constructor(status) {
    super(`exit status ${status}`);
    this.status = status;
  }
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
