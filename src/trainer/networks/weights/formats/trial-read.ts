import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { damaged } from './weight-file.js';

const DEADLINE_MS = 30_000;

/**
 * Reads the structure of a file of weights in a thread of its own: the HDF5 library never returns from some damaged files.
 * Other errors are left to the reading that follows.
 *
 * @param deadlineMs - @default 30 s
 * @throws InputError WEIGHTS_DAMAGED if the file is not read in time
 */
export async function tryRead(path: string, deadlineMs = DEADLINE_MS): Promise<void> {
  const thread = new Worker(new URL('./trial-read-thread.js', import.meta.url), { workerData: path, name: 'weights' });
  // The reading that follows meets the same error, and says it.
  const ended = once(thread, 'exit').catch(() => undefined);
  let overdue: NodeJS.Timeout | undefined;
  const expired = new Promise<boolean>((resolve) => (overdue = setTimeout(() => resolve(true), deadlineMs)));
  try {
    if (await Promise.race([ended.then(() => false), expired])) {
      throw damaged(path, `it could not be read in ${deadlineMs / 1000} s`);
    }
  } finally {
    clearTimeout(overdue);
    await thread.terminate();
  }
}
