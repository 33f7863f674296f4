import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';

const KEY = 'sweepwright-thread-lock';
const FREE = 0;
const HELD = 1;

/** Gives this thread, and all that it starts from here on, one lock: for native code that forgets that there are threads. */
export function shareThreadLock(): void {
  setEnvironmentData(KEY, new Int32Array(new SharedArrayBuffer(4)));
}

/** Runs while no other thread of the process does, as far as they were given the lock; `run` must not ask for it again. */
export function withThreadLock<T>(run: () => T): T {
  const lock = getEnvironmentData(KEY) as Int32Array | undefined;
  if (lock === undefined) return run();
  while (Atomics.compareExchange(lock, 0, FREE, HELD) === HELD) Atomics.wait(lock, 0, HELD);
  try {
    return run();
  } finally {
    Atomics.store(lock, 0, FREE);
    Atomics.notify(lock, 0, 1);
  }
}
