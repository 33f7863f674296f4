import { mkdir, rm } from 'node:fs/promises';
import { EnvironmentError } from '../../core/errors.js';
import { isDiskFull, isUnwritable } from '../../platform/errno.js';
import { acquireFileLock } from '../../platform/file-lock.js';
import { cacheAt } from '../finding/cache.js';
import { readChoice, rememberChoice, type Choice, type SetUpRequest } from './choice.js';
import { diskFull } from '../finding/disk.js';
import { formatDuration } from '../../core/format.js';
import type { ProgressLine } from '../../core/progress-line.js';
import { install } from './install.js';
import { findInstallation, type Installation } from '../finding/installation.js';
import type { NodePackages } from '../finding/node-packages.js';
import { TENSORFLOW_VERSION, type Flavour } from '../finding/pins.js';
import { detectFlavour } from '../finding/platform.js';
import { createSteps } from './steps.js';
import type { Work } from './work.js';

export interface SetUpOptions {
  /** Root of the cache, see `cacheRoot`. */
  readonly cache: string;
  readonly packages: NodePackages;
  /** URL of the program that tries TensorFlow, see `probeTensorflow`. */
  readonly program: URL;
  /** Environment of the programs that are called. */
  readonly env: NodeJS.ProcessEnv;
  /** Shows what is done. */
  readonly line: ProgressLine;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes native TensorFlow usable: uses the present installation, otherwise downloads, unpacks, builds, links and tries it. A
 * step is skipped if its result exists, so an interrupted set-up continues. Concurrent set-ups wait for each other. Throws `InputError` for a request that cannot be met, `EnvironmentError` for what the machine
 * lacks, and the signal's reason when it is aborted.
 */
export async function setUp(request: SetUpRequest, options: SetUpOptions): Promise<Installation> {
  const { packages, program, env, line, now, signal } = options;
  const begin = now();
  const work: Work = { cache: cacheAt(options.cache), packages, program, env, steps: createSteps(line, now), signal };
  const { force = false } = request;
  const choice = await readChoice(request, work);

  try {
    const found = force ? undefined : await findFitting(choice, work);
    const installation = found ?? (await alone(work, now, () => installUnlessDone(choice, force, work)));
    await rememberChoice(choice, work.cache);
    const duration = found === undefined ? ` after ${formatDuration((now() - begin) / 1000)}` : '';
    work.steps.say(`${title(installation)} is ready${duration}.`);
    return installation;
  } catch (error) {
    throw explain(error, work);
  }
}

/** Another process may have finished the set-up while this one waited for the lock. */
async function installUnlessDone(choice: Choice, force: boolean, work: Work): Promise<Installation> {
  return (force ? undefined : await findFitting(choice, work)) ?? (await install(choice, force, work));
}

/** `TensorFlow 2.21.0 (cpu)`. */
function title({ tensorflow, flavour, origin }: Installation): string {
  return `TensorFlow ${tensorflow} (${flavour ?? (origin === 'folder' ? 'your own library' : 'installed by the npm package')})`;
}

/** The present installation if it fits the choice; otherwise `undefined`. */
async function findFitting(choice: Choice, work: Work): Promise<Installation | undefined> {
  const found = await findInstallation(work.packages);
  if (found === undefined || (await fits(found, choice, work))) return found;
  return undefined;
}

async function fits(found: Installation, choice: Choice, { env }: Work): Promise<boolean> {
  switch (choice.kind) {
    case 'library':
      return found.origin === 'folder' && found.files.some((file) => file.path === choice.library.files[0]);
    case 'flavour':
      return isWheel(found, choice.flavour);
    case 'any':
      if (found.origin !== 'wheel' || isWheel(found, 'gpu')) return true;
      return isWheel(found, await detectFlavour(env));
  }
}

const isWheel = (found: Installation, flavour: Flavour): boolean =>
  found.origin === 'wheel' && found.flavour === flavour && found.tensorflow === TENSORFLOW_VERSION;

/** Runs one set-up at a time on a cache, after deleting the leftovers of interrupted ones. */
async function alone<T>({ cache, steps, signal }: Work, now: () => number, run: () => Promise<T>): Promise<T> {
  await mkdir(cache.root, { recursive: true });
  const lock = await acquireFileLock(cache.lock, {
    now,
    signal,
    onWait: ({ pid, since }) => {
      const time = new Date(since).toLocaleTimeString();
      steps.say(`Another set-up (process ${pid}, since ${time}) is at work on ${cache.root}; waiting for it.`);
    },
  });
  try {
    await clear(cache.unfinished);
    await mkdir(cache.unfinished, { recursive: true });
    return await run();
  } finally {
    await clear(cache.unfinished).finally(() => lock.close());
  }
}

/** Retries, because programs of a killed set-up may still write there for a moment. */
const clear = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5 });

/** Turns errors of the file system into an `EnvironmentError` with a hint. */
function explain(error: unknown, { cache, packages }: Work): unknown {
  if (!(error instanceof Error)) return error;
  if (isDiskFull(error)) return diskFull(cache.root, error.message, error);
  return isUnwritable(error) ? unwritable(error, cache.root, packages.folder) : error;
}

function unwritable(error: Error, cache: string, packageFolder: string): EnvironmentError {
  const place = 'path' in error && typeof error.path === 'string' ? error.path : cache;
  if (place.startsWith(packageFolder)) {
    return new EnvironmentError('FOLDER_UNWRITABLE', `${packageFolder} cannot be written: ${error.message}`, {
      hint: 'Run the set-up as the user who installed the npm packages.',
      cause: error,
    });
  }
  return new EnvironmentError('FOLDER_UNWRITABLE', `the cache ${cache} cannot be written: ${error.message}`, {
    hint: 'Set SWEEPWRIGHT_CACHE to a folder that you can write, or correct the permissions of this one.',
    cause: error,
  });
}
