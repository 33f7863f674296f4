import { randomUUID } from 'node:crypto';
import { link, open, readFile, readlink, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** Who holds a lock. */
export interface LockHolder {
  readonly pid: number;
  /** Tells this process from a later one with the same number; empty where the platform does not say. */
  readonly process: string;
  /** The machine and its process numbering: numbers mean nothing across either. */
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

export interface FileLock {
  /** Gives the lock back. Safe to call twice. */
  close(): Promise<void>;
}

export interface LockOptions {
  /** Milliseconds since 1970: it is compared with times of files. */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
  /** Called once for each holder that is waited for. */
  readonly onWait?: (holder: LockHolder) => void;
}

/**
 * Takes a lock between processes, waiting as long as another holds it. The lock is a file (mode 0600) that appears whole or
 * not at all. It is taken over at once when its process on this machine is gone, and when a holder elsewhere (a cache on a
 * shared disk) has given no sign of life for a minute. Needs a file system with hard links.
 */
export async function acquireFileLock(file: string, { now, signal, onWait }: LockOptions): Promise<FileLock> {
  const host = await thisHost();
  const holder: LockHolder = { pid: process.pid, process: (await processStart(process.pid)) ?? '', host, since: now() };
  const own = `${file}.${randomUUID()}`;
  await writeFile(own, JSON.stringify(holder), { mode: 0o600, flag: 'wx' });
  try {
    let waitedFor = '';
    while (!(await claim(own, file))) {
      const text = await readFile(file, 'utf8').catch(() => undefined);
      if (text === undefined) continue;
      const other = parseHolder(text);
      if (other === undefined || (await isGone(other, file, host, now))) {
        if (await takeOver(own, file, text, now)) break;
      } else if (text !== waitedFor) {
        waitedFor = text;
        onWait?.(other);
      }
      await delay(POLL_MS, undefined, { signal });
    }
  } finally {
    await rm(own, { force: true });
  }
  return hold(file, JSON.stringify(holder), now);
}

const POLL_MS = 200;
const SIGN_OF_LIFE_MS = 10_000;
const SILENT_MS = 60_000;
/** Far longer than a takeover lasts, which is a handful of file operations. */
const TAKEOVER_MS = 10_000;

function hold(file: string, content: string, now: () => number): FileLock {
  const timer = setInterval(() => {
    const seconds = now() / 1000;
    // A lock that was deleted by hand shows when it is given back; until then there is nothing to be done about it.
    utimes(file, seconds, seconds).catch(() => undefined);
  }, SIGN_OF_LIFE_MS).unref();
  return {
    close: async () => {
      clearInterval(timer);
      const text = await readFile(file, 'utf8').catch(() => undefined);
      if (text === content) await rm(file, { force: true });
    },
  };
}

/** A hard link, unlike a write, cannot replace a lock nor show half of one. */
async function claim(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

async function isGone(holder: LockHolder, file: string, host: string, now: () => number): Promise<boolean> {
  if (holder.host !== host) return (await age(file, now)) > SILENT_MS;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return isErrno(error, 'ESRCH');
  }
  return holder.process !== '' && (await processStart(holder.pid)) !== holder.process;
}

/** Replaces an abandoned lock, one process at a time and only if the lock is still the one that was judged. */
async function takeOver(own: string, file: string, abandoned: string, now: () => number): Promise<boolean> {
  const guard = `${file}.takeover`;
  try {
    await (await open(guard, 'wx', 0o600)).close();
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
    if ((await age(guard, now)) > TAKEOVER_MS) await rm(guard, { force: true });
    return false;
  }
  try {
    if ((await readFile(file, 'utf8').catch(() => undefined)) !== abandoned) return false;
    await rename(own, file);
    return true;
  } finally {
    await rm(guard, { force: true });
  }
}

/** Milliseconds since a file was touched; 0 when there is none. */
async function age(file: string, now: () => number): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => now() - mtimeMs,
    () => 0,
  );
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, process: started, host, since } = value as Partial<LockHolder>;
    if (typeof pid !== 'number' || typeof started !== 'string' || typeof host !== 'string') return undefined;
    return { pid, process: started, host, since: typeof since === 'number' ? since : 0 };
  } catch {
    return undefined;
  }
}

/**
 * Start time of a living process in clock ticks since boot; `undefined` for one that has ended, even if nobody has asked for
 * its exit status yet (in a container often nobody does), and where the platform has no /proc.
 */
async function processStart(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field, the program's name, may hold blanks and brackets: state is the 3rd, start time the 22nd.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : rest[18];
  } catch {
    return undefined;
  }
}

async function thisHost(): Promise<string> {
  const numbering = await readlink('/proc/self/ns/pid').catch(() => '');
  return `${os.hostname()} ${numbering}`.trim();
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
