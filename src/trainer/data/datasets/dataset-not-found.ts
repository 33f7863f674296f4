import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { InputError } from '../../../core/errors.js';
import { few } from './few.js';

/** The error for a dataset path that leads nowhere: how far the path exists, what is there, and which name may be meant. */
export function datasetNotFound(path: string): InputError {
  const wanted = resolve(path);
  const parent = closestExisting(dirname(wanted));
  const missing = relative(parent, wanted).split(sep)[0] ?? basename(wanted);
  const message = `there is no dataset at ${wanted}`;
  if (!statSync(parent).isDirectory()) {
    const hint = `${parent} is a file. A dataset is the folder or file itself; nothing can lie below a file.`;
    return new InputError('DATASET_NOT_FOUND', message, { hint });
  }
  const names = namesIn(parent);
  if (names.includes(missing)) {
    const hint = `${join(parent, missing)} is a link, and what it points to is not there.`;
    return new InputError('DATASET_NOT_FOUND', message, { hint });
  }
  const similar = similarNames(missing, names);
  const hint =
    similar.length > 0
      ? `${parent} has no "${missing}". Did you mean ${similar.map((name) => join(parent, name)).join(' or ')}?`
      : `${parent} has no "${missing}"; it holds ${few(names) || 'nothing'}. A relative path starts at the sweep file's folder.`;
  return new InputError('DATASET_NOT_FOUND', message, { hint });
}

/** Up to three of `names` that differ from `name` by little: case, or about one letter in three, best first. */
export function similarNames(name: string, names: readonly string[]): string[] {
  const plain = name.toLowerCase().normalize('NFC');
  const limit = Math.max(1, Math.floor(plain.length / 3));
  return names
    .map((other) => ({ other, distance: editDistance(plain, other.toLowerCase().normalize('NFC')) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ other }) => other);
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

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) best = Math.min(best, before[column - 2]! + 1);
      current.push(best);
    }
    [before, previous] = [previous, current];
  }
  return previous[b.length]!;
}
