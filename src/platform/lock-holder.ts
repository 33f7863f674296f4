import { randomUUID } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import os from 'node:os';
import { threadId } from 'node:worker_threads';
import { isErrno } from './errno.js';

/** The holder of a lock: a thread of a process. */
export interface LockHolder {
  readonly pid: number;
  /** Start time of the process: tells it from a later one with the same pid. Empty where the platform does not report it. */
  readonly process: string;
  /** 0 for the main thread. A worker thread may end while its process goes on. */
  readonly thread: number;
  /** The machine and its process numbering: process ids mean nothing on another machine or in another container. */
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Tells two locks of one thread apart. */
  readonly token: string;
}

export async function describeHolder(since: number): Promise<LockHolder> {
  const { pid } = process;
  const started = (await processStart(pid).catch(() => undefined)) ?? '';
  return { pid, process: started, thread: threadId, host: await thisHost(), since, token: randomUUID() };
}

/** Parses the text of a lock file; `undefined` if it does not describe a holder. */
export function parseHolder(text: string): LockHolder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, process: started, thread = 0, host, since = 0, token = '' } = value as Partial<LockHolder>;
    if (typeof pid !== 'number' || typeof started !== 'string' || typeof host !== 'string') return undefined;
    return { pid, process: started, thread, host, since, token };
  } catch {
    return undefined;
  }
}

/**
 * `alive`: its process runs on this machine. `gone`: it does not. `unknown`: it runs on another machine, or is a worker thread
 * of a process that runs.
 */
export async function findHolder({
  pid,
  process: started,
  thread,
  host,
}: LockHolder): Promise<'alive' | 'gone' | 'unknown'> {
  if (host !== (await thisHost())) return 'unknown';
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs and belongs to another user.
    if (isErrno(error, 'ESRCH')) return 'gone';
  }
  try {
    if (started !== '' && (await processStart(pid)) !== started) return 'gone';
  } catch {
    // Too many open files, for example, says nothing about the holder.
    return 'unknown';
  }
  return thread === 0 ? 'alive' : 'unknown';
}

/**
 * Start time of a living process in clock ticks since boot; `undefined` for one that has ended, also while its parent has not
 * asked for the exit status (in a container often no parent does), and where the platform has no /proc.
 */
async function processStart(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field, the program's name, may hold blanks and brackets: state is the 3rd, start time the 22nd.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : rest[18];
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ESRCH')) return undefined;
    throw error;
  }
}

async function thisHost(): Promise<string> {
  const numbering = await readlink('/proc/self/ns/pid').catch(() => '');
  return `${os.hostname()} ${numbering}`.trim();
}
