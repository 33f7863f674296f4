import { extname } from 'node:path';
import { InputError } from '../../core/errors.js';
import type { ParsedModule } from './parse-module.js';

/** A file of a trainer. */
export interface ReadModule {
  /** Of its content, hexadecimal. */
  readonly sha256: string;
  /** `undefined` for a file that is not parsed, such as JSON. */
  readonly parsed: ParsedModule | undefined;
  /** Absolute paths of the files that it imports, by specifier. */
  readonly targets: ReadonlyMap<string, string>;
}

/** All files of a trainer, by absolute path. */
type Modules = ReadonlyMap<string, ReadModule>;

/** @throws {InputError} TRAINER_INVALID if the module at `start` cannot export `train` */
export function requireTrain(start: string, modules: Modules): void {
  if (mayExport('train', start, modules)) return;
  const isDefault = modules.get(start)?.parsed?.exports.names.has('default') === true;
  throw new InputError('TRAINER_INVALID', `${start} exports no function named train`, {
    hint: isDefault
      ? 'A default export is not used. Name the function: `export async function train({ params, report }) { ... }`.'
      : 'Export it: `export async function train({ params, report }) { ... }`.',
  });
}

/** @throws {InputError} TRAINER_INVALID if a file imports a name that the other file does not export */
export function requireNames(modules: Modules): void {
  for (const [path, { parsed, targets }] of modules) {
    for (const { specifier, names, line, column } of parsed?.imports ?? []) {
      const target = targets.get(specifier);
      if (target === undefined) continue;
      const missing = names.find((name) => !mayExport(name, target, modules));
      if (missing === undefined) continue;
      const exported = [...(modules.get(target)?.parsed?.exports.names ?? [])].sort();
      throw new InputError(
        'TRAINER_INVALID',
        `${path}:${line}:${column}: the import of '${specifier}' fails: the file does not export ${missing}`,
        { hint: exported.length === 0 ? 'It exports nothing.' : `It exports ${exported.join(', ')}.` },
      );
    }
  }
}

/** Whether a file exports a name, as far as its text shows. */
function mayExport(name: string, path: string, modules: Modules, seen = new Set<string>()): boolean {
  if (seen.has(path)) return false;
  seen.add(path);
  const module = modules.get(path);
  if (module?.parsed === undefined) return true;
  const { names, stars, isModule, areHidden } = module.parsed.exports;
  if (names.has(name) || areHidden) return true;
  // Of a file that can be CommonJS, `module.exports` is the default export.
  if (name === 'default') return !isModule && extname(path) !== '.mjs';
  // A package is not read: it may export the name.
  return stars.some((specifier) => {
    const target = module.targets.get(specifier);
    return target === undefined || mayExport(name, target, modules, seen);
  });
}
