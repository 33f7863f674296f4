import { createRequire, isBuiltin } from 'node:module';
import { isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { moduleResolve } from 'import-meta-resolve';
import type { ModuleImport } from './parse-module.js';

/** What an import leads to. `elsewhere`: to a package, or into Node, whose content does not count as the trainer's. */
export type Resolution =
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 'elsewhere' }
  | { readonly type: 'missing'; readonly reason: string };

/**
 * Finds the file of an import as Node does. Files count as the trainer's own where the import is a relative path, or leads
 * into `project` (an entry of `imports` in its package.json, a linked package) and not into a `node_modules` folder.
 *
 * @param importer - absolute path of the importing file, without links
 * @param project - absolute path of the trainer's project
 */
export function resolveImport({ specifier, kind }: ModuleImport, importer: string, project: string): Resolution {
  if (isBuiltin(specifier)) return { type: 'elsewhere' };
  let path: string | undefined;
  try {
    path = kind === 'require' ? createRequire(importer).resolve(specifier) : fileOf(specifier, importer);
  } catch (error) {
    return { type: 'missing', reason: (error as Error).message };
  }
  return path !== undefined && isOwn(specifier, path, project) ? { type: 'file', path } : { type: 'elsewhere' };
}

/** Of `exports` and `imports` in a package.json. */
const CONDITIONS = new Set(['node', 'import']);

/** `undefined` where the target is no file, such as a `data:` URL. */
function fileOf(specifier: string, importer: string): string | undefined {
  const url = moduleResolve(specifier, pathToFileURL(importer), CONDITIONS);
  return url.protocol === 'file:' ? fileURLToPath(url) : undefined;
}

function isOwn(specifier: string, path: string, project: string): boolean {
  if (/^(\.|\/|file:)/.test(specifier)) return true;
  // Its version is recorded beside the trainer's; a clone that is linked is not a part of the project.
  if (/^sweepwright($|\/)/.test(specifier)) return false;
  const within = relative(project, path);
  return !within.startsWith('..') && !isAbsolute(within) && !within.split(sep).includes('node_modules');
}
