import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { isErrno, isExisting, isMissing } from './errno.js';
import { describeHolder, findHolder, parseHolder, type LockHolder } from './lock-holder.js';

export interface FileLock {
  /** Releases the lock. Safe to call twice. */
  close(): Promise<void>;
}

export interface LockOptions {
  /** Milliseconds since 1970, for `LockHolder.since`. Default: the clock of this thread. */
  readonly now?: () => number;
  readonly signal?: AbortSignal | undefined;
  /** Called once for each holder that this thread waits for. */
  readonly onWait?: (holder: LockHolder) => void;
  /** How long a holder that cannot be looked up (see `acquireFileLock`) shows no sign of life before it counts as gone. Default: 60,000. */
  readonly silentMs?: number;
}

/**
 * Takes a lock between threads, processes and machines; waits while another holds it. The lock is a file (mode 0600) that
 * appears whole or not at all. It is taken over at once when its process on this machine is gone. A holder on another machine
 * (a cache on a shared disk) and a worker thread may end unseen: their locks are taken over when the file has not changed for
 * `silentMs` while this thread watched it, so differences between clocks do not matter. After a pause that long (a suspended
 * machine) such a holder may find that another has its lock. Throws the signal's reason when it is aborted.
 */
export async function acquireFileLock(file: string, options: LockOptions = {}): Promise<FileLock> {
  const lock = await acquireFileLockIfNeeded(file, () => true, options);
  return lock!;
}

/**
 * As `acquireFileLock`, for work that the holder may also do for the waiting processes: `isNeeded` is called before every
 * attempt and once more with the lock held, and the result is `undefined` once it returns false.
 */
export async function acquireFileLockIfNeeded(
  file: string,
  isNeeded: () => boolean,
  { now = threadClock, signal, onWait, silentMs = 60_000 }: LockOptions = {},
): Promise<FileLock | undefined> {
  signal?.throwIfAborted();
  if (!isNeeded()) return undefined;
  const content = JSON.stringify(await describeHolder(now()));
  const own = `${file}.${randomUUID()}`;
  await writeFile(own, content, { mode: 0o600, flag: 'wx' });
  try {
    const [holderWatch, guardWatch] = [new Watch(), new Watch()];
    let waitedFor = '';
    do {
      if (await claim(own, file)) return await stillNeeded(await hold(file, content), isNeeded);
      const found = await look(file);
      if (found === undefined) continue;
      const { text, mtimeMs } = found;
      const isSilent = holderWatch.unchangedMs(`${mtimeMs} ${text}`) > silentMs;
      const holder = parseHolder(text);
      if (await isAbandoned(holder, text, isSilent)) {
        if (await takeOver(own, file, text, guardWatch)) return await stillNeeded(await hold(file, content), isNeeded);
      } else if (holder !== undefined && text !== waitedFor) {
        waitedFor = text;
        onWait?.(holder);
      }
      await delay(POLL_MS, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
    } while (isNeeded());
    return undefined;
  } finally {
    await rm(own, { force: true });
  }
}

/** The last holder may have done the work between the question and the claim. */
async function stillNeeded(lock: FileLock, isNeeded: () => boolean): Promise<FileLock | undefined> {
  try {
    if (isNeeded()) return lock;
  } catch (error) {
    await lock.close();
    throw error;
  }
  await lock.close();
  return undefined;
}

const POLL_MS = 100;
const SIGN_OF_LIFE_MS = 500;
/** Far longer than a takeover, which is a few file operations. */
const TAKEOVER_MS = 10_000;

async function hold(file: string, content: string): Promise<FileLock> {
  // Through the open file: if another process has taken over the name, its file is not touched.
  const handle = await open(file, 'r+');
  const timer = setInterval(() => {
    const seconds = threadClock() / 1000;
    // A lock that was deleted by hand is noticed when it is released.
    handle.utimes(seconds, seconds).catch(() => undefined);
  }, SIGN_OF_LIFE_MS).unref();
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    clearInterval(timer);
    await handle.close();
    if ((await look(file))?.text === content) await rm(file, { force: true });
  };
  return { close: () => (closing ??= close()) };
}

/** A hard link, unlike a write, cannot replace a lock or show half of one. File systems without links get an exclusive copy. */
async function claim(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file).catch((error: unknown) => {
      if (!isErrno(error, 'EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK')) throw error;
      return copyFile(own, file, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (isExisting(error)) return false;
    throw error;
  }
}

/** Whether the holder is gone. An empty file counts as held at first: it may be a copy in progress. */
async function isAbandoned(holder: LockHolder | undefined, text: string, isSilent: boolean): Promise<boolean> {
  if (holder === undefined) return text !== '' || isSilent;
  const found = await findHolder(holder);
  return found === 'gone' || (found === 'unknown' && isSilent);
}

/** Replaces an abandoned lock, one process at a time and only if the lock is still the one that was judged. */
async function takeOver(own: string, file: string, abandoned: string, watch: Watch): Promise<boolean> {
  const guard = `${file}.takeover`;
  try {
    await (await open(guard, 'wx', 0o600)).close();
  } catch (error) {
    if (!isExisting(error)) throw error;
    const found = await stat(guard).catch(() => undefined);
    // Its owner was killed during the few lines below.
    if (found && watch.unchangedMs(String(found.mtimeMs)) > TAKEOVER_MS) await rm(guard, { force: true });
    return false;
  }
  try {
    if ((await look(file))?.text !== abandoned) return false;
    await rename(own, file);
    return true;
  } finally {
    await rm(guard, { force: true });
  }
}

/** The current lock; `undefined` if there is none. The text is empty if this user may not read it. */
async function look(file: string): Promise<{ readonly text: string; readonly mtimeMs: number } | undefined> {
  try {
    // Reading opens the file, which makes a network file system ask its server again.
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) throw error;
      return '';
    });
    return { text, mtimeMs: (await stat(file)).mtimeMs };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Measures how long something has looked the same, on this thread's own clock. */
class Watch {
  #seen: string | undefined;
  #since = 0;

  unchangedMs(seen: string): number {
    if (seen !== this.#seen) [this.#seen, this.#since] = [seen, performance.now()];
    return performance.now() - this.#since;
  }
}

const threadClock = (): number => performance.timeOrigin + performance.now();
