import os from 'node:os';
import { join } from 'node:path';
import { cacheRoot } from '../../runtime/cache.js';

/** Where the weights lie that were fetched or imported: in the user's cache, for all sweeps and databases. */
export function weightsFolder(): string {
  const { platform, env } = process;
  return join(cacheRoot({ platform, env, home: os.homedir() }), 'weights');
}
