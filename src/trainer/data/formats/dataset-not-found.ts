import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { InputError } from '../../../core/errors.js';
import { shortList, similarNames } from '../files/name-lists.js';

/**
 * InputError DATASET_NOT_FOUND for a path that does not exist. Its hint says which part is missing and suggests similar
 * names.
 */
export function datasetNotFound(path: string): InputError {
  const wanted = resolve(path);
  const parent = closestExisting(dirname(wanted));
  const missing = relative(parent, wanted).split(sep)[0] ?? basename(wanted);
  const message = `there is no dataset at ${wanted}`;
  if (!statSync(parent).isDirectory()) {
    const hint = `${parent} is a file, so there is nothing below it. Use the file itself, or a folder.`;
    return new InputError('DATASET_NOT_FOUND', message, { hint });
  }
  const names = namesIn(parent);
  if (names.includes(missing)) {
    const hint = `${join(parent, missing)} is a link whose target does not exist.`;
    return new InputError('DATASET_NOT_FOUND', message, { hint });
  }
  const similar = similarNames(missing, names);
  const hint =
    similar.length > 0
      ? `${parent} has no "${missing}". Did you mean ${similar.map((name) => join(parent, name)).join(' or ')}?`
      : `${parent} has no "${missing}"; it holds ${shortList(names) || 'nothing'}. A relative path starts at the sweep file's folder.`;
  return new InputError('DATASET_NOT_FOUND', message, { hint });
}

function closestExisting(path: string): string {
  const parent = dirname(path);
  return parent === path || statSync(path, { throwIfNoEntry: false }) ? path : closestExisting(parent);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch {
    return [];
  }
}
