import { mkdir, mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import type { Cache } from '../finding/cache.js';
import type { NodePackages } from '../finding/node-packages.js';
import type { Steps } from './steps.js';

/** What the steps of a set-up work with. */
export interface Work {
  readonly cache: Cache;
  readonly packages: NodePackages;
  /** The program that tries TensorFlow, see `probeTensorflow`. */
  readonly program: URL;
  /** Environment of the programs that are called. */
  readonly env: NodeJS.ProcessEnv;
  readonly steps: Steps;
  readonly signal: AbortSignal | undefined;
}

/** A new folder to prepare a result in, which is then renamed to its place: with the permissions that folders have by default. */
export async function prepareFolder({ cache }: Work, name: string): Promise<string> {
  const folder = path.join(await mkdtemp(path.join(cache.unfinished, `${name}-`)), name);
  await mkdir(folder);
  return folder;
}
