import type { Cache } from './cache.js';
import type { NodePackages } from './node-packages.js';
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
