import os from 'node:os';
import { join } from 'node:path';
import { cacheRoot } from '../../runtime/finding/cache.js';

/** The backbones that weights can be downloaded and imported for. */
export { BACKBONES, type Backbone } from '../../trainer/networks/backbones.js';

/** The folder of downloaded and imported weights: in the user's cache, shared by all sweeps and databases. */
export function weightsFolder(): string {
  const { platform, env } = process;
  return join(cacheRoot({ platform, env, home: os.homedir() }), 'weights');
}
