import { basename, dirname, join, resolve } from 'node:path';

export const DEFAULT_DATABASE = 'results/sweeps.duckdb';

/**
 * The folders beside a database. The cache is shared by the databases of a folder; checkpoints belong to one database, since
 * another may have the same trials.
 */
export function resultFolders(db: string): { readonly cacheDir: string; readonly checkpointRoot: string } {
  const folder = dirname(resolve(db));
  return { cacheDir: join(folder, 'cache'), checkpointRoot: join(folder, 'checkpoints', basename(db)) };
}
