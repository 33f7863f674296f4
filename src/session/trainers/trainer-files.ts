import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { InputError } from '../../core/errors.js';
import { runProgram } from '../../platform/run-program.js';
import { requireNames, requireTrain, type ReadModule } from './check-exports.js';
import { parseModule, type ModuleImport, type ParsedModule, type SyntaxFault } from './parse-module.js';
import { resolveImport } from './resolve-import.js';

/** A file that a trainer consists of. */
export interface TrainerFile {
  /** Its path from the folder of the trainer's module, with forward slashes. */
  readonly name: string;
  /** SHA-256 of its content, hexadecimal. */
  readonly sha256: string;
}

/**
 * Reads a trainer's module and the files of its project that it imports, directly or not, without running any of them: static
 * imports, and `import()` and `require()` of constants. The module comes first.
 *
 * @param entry - absolute path
 * @throws {InputError} TRAINER_NOT_FOUND; TRAINER_INVALID for what would fail every trial: a file that is not JavaScript, an
 *   import of a file, a package or a name that does not exist, a module that does not export `train`
 */
export async function readTrainerFiles(entry: string): Promise<readonly TrainerFile[]> {
  const start = await realpath(entry).catch((cause: unknown) => {
    throw notReadable(entry, cause);
  });
  const project = projectOf(start);
  const modules = new Map<string, ReadModule>();
  const waiting = [start];
  // The map also is the order: a file is read once, after the file that imports it first.
  for (const path of waiting) {
    if (modules.has(path)) continue;
    const read = await readModule(path, project);
    modules.set(path, read);
    waiting.push(...read.targets.values());
  }
  requireTrain(start, modules);
  requireNames(modules);
  const folder = dirname(start);
  return [...modules].map(([path, { sha256 }]) => ({
    name: path === start ? basename(entry) : relative(folder, path).split(sep).join('/'),
    sha256,
  }));
}

const JAVASCRIPT = new Set(['.js', '.mjs', '.cjs']);

async function readModule(path: string, project: string): Promise<ReadModule> {
  const content = await readFile(path).catch((cause: unknown) => {
    throw notReadable(path, cause);
  });
  const sha256 = createHash('sha256').update(content).digest('hex');
  const parsed = JAVASCRIPT.has(extname(path)) ? await parseFile(path, content.toString()) : undefined;
  const targets = new Map<string, string>();
  for (const one of parsed?.imports ?? []) {
    const found = resolveImport(one, path, project);
    if (found.type === 'file') targets.set(one.specifier, found.path);
    if (found.type === 'missing' && one.kind === 'static') throw notFound(path, one, found.reason);
  }
  return { sha256, parsed, targets };
}

/** @throws {InputError} TRAINER_INVALID */
async function parseFile(path: string, text: string): Promise<ParsedModule | undefined> {
  const parsed = parseModule(text);
  if (!('fault' in parsed)) return parsed;
  // Node has the last word: it may know syntax that is newer than the parser. Then the imports of this file stay unknown.
  const outcome = await runProgram(process.execPath, ['--check', path], { timeoutMs: CHECK_MS });
  if (outcome.status === 'ok') return undefined;
  throw invalidSyntax(path, parsed.fault);
}

const CHECK_MS = 20_000;

/** The outermost folder with a package.json, from the trainer's folder upwards; without one the trainer's folder. */
function projectOf(start: string): string {
  let project = dirname(start);
  for (let folder = project; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) project = folder;
    if (folder === dirname(folder)) return project;
  }
}

const notReadable = (path: string, cause: unknown): InputError =>
  new InputError('TRAINER_NOT_FOUND', `the trainer ${path} cannot be read`, {
    hint: '`trainer:` is the path of an ES module that exports `train`, from the sweep file’s folder.',
    cause,
  });

const invalidSyntax = (path: string, { message, line, column }: SyntaxFault): InputError =>
  new InputError('TRAINER_INVALID', `${path}:${line}:${column}: this is not JavaScript: ${message}`, {
    hint: `\`node --check ${path}\` shows the line.`,
  });

function notFound(path: string, { specifier, line, column }: ModuleImport, reason: string): InputError {
  const isPath = /^(\.|\/|file:)/.test(specifier);
  const ending = isPath ? ENDINGS.find((one) => existsSync(join(dirname(path), `${specifier}${one}`))) : undefined;
  const hint =
    ending !== undefined
      ? `Write the whole name: '${specifier}${ending}'.`
      : isPath
        ? 'Imports of files start at the folder of the importing file.'
        : specifier === 'sweepwright'
          ? 'Run `npm link sweepwright` in the trainer’s folder, or `npm install sweepwright`.'
          : 'Install the package in the trainer’s folder or above it: Node looks for it there.';
  return new InputError(
    'TRAINER_INVALID',
    `${path}:${line}:${column}: the import of '${specifier}' fails: ${reason.split('\n')[0]!}`,
    { hint },
  );
}

const ENDINGS = ['.mjs', '.js', '.cjs', '.json', '/index.mjs', '/index.js'];
