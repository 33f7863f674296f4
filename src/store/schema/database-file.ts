import { statSync } from 'node:fs';
import { InputError } from '../../core/errors.js';
import { storeError } from '../store-errors.js';

/**
 * Whether the file exists. Never opens it: closing it again would drop DuckDB's lock (see `openInstance`).
 *
 * @throws {InputError} NOT_A_DATABASE if it is a folder
 * @throws {EnvironmentError} STORE_UNWRITABLE if its folder is not a folder or cannot be entered
 */
export function existsAsFile(path: string): boolean {
  const found = statOf(path);
  if (found && !found.isFile()) {
    throw new InputError('NOT_A_DATABASE', `${path} is a folder, not a database`, {
      hint: 'Name a file with --db, for example results/sweeps.duckdb.',
    });
  }
  return found !== undefined;
}

function statOf(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw storeError(path, error);
  }
}
