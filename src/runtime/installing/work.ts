import { mkdir, mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import type { Cache } from '../finding/cache.js';
import type { NodePackages } from '../finding/node-packages.js';
import type { Steps } from './steps.js';

/** The environment of a set-up's steps. */
export interface Work {
  readonly cache: Cache;
  readonly packages: NodePackages;
  /** URL of the program that tries TensorFlow, see `probeTensorflow`. */
  readonly program: URL;
  /** Environment of the programs that are called. */
  readonly env: NodeJS.ProcessEnv;
  readonly steps: Steps;
  readonly signal: AbortSignal | undefined;
}

/** Makes a new folder, with default permissions, to prepare a result in before it is renamed to its place. */
export async function prepareFolder({ cache }: Work, name: string): Promise<string> {
  const folder = path.join(await mkdtemp(path.join(cache.unfinished, `${name}-`)), name);
  await mkdir(folder);
  return folder;
}
