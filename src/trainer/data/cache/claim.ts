import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

/** The right to do a piece of work that others may want done too. */
export interface Claim {
  /** Safe to call twice. */
  release(): void;
}

export interface ClaimOptions {
  /** Whether there is still something to claim it for: whoever had it may have done the work meanwhile. */
  readonly isNeeded: () => boolean;
  readonly signal?: AbortSignal | undefined;
  /** A holder that shows no sign of life for so long is taken for dead. Default: 15,000. */
  readonly patienceMs?: number;
}

const BEAT_MS = 500;
const POLL_MS = 100;

/**
 * Waits for the claim that the file `path` stands for, among threads, processes and machines alike; `undefined` once it
 * is not needed any more. A claim is lost when its process is gone, or when its file has not changed for `patienceMs` of
 * watching (a thread that was ended, a machine that was switched off). In a rare race, or after a long sleep, two may
 * hold it at once: it saves work being done twice and must not be relied on for more.
 */
export async function claimFile(path: string, options: ClaimOptions): Promise<Claim | undefined> {
  const { isNeeded, signal, patienceMs = 15_000 } = options;
  let seen = '';
  let unchangedSince = performance.now();
  while (isNeeded()) {
    signal?.throwIfAborted();
    const claim = tryToClaim(path);
    if (claim) return claim;
    const content = contentOf(path);
    if (content !== seen) {
      seen = content;
      unchangedSince = performance.now();
    }
    const isSilent = performance.now() - unchangedSince > patienceMs;
    if (isSilent || isHolderGone(content)) removeIf(path, content);
    else await wait(POLL_MS, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
  }
  return undefined;
}

function tryToClaim(path: string): Claim | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'wx');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined;
    throw error;
  }
  const file = fd;
  const token = randomUUID();
  let beats = 0;
  const beat = (): void => {
    const sign = String(beats++).padStart(9, '0');
    try {
      writeSync(file, JSON.stringify({ pid: process.pid, host: hostname(), token, beats: sign }), 0);
    } catch {
      // One sign of life less. A disk that is full or broken is reported by whoever writes something that matters.
    }
  };
  beat();
  const heart = setInterval(beat, BEAT_MS).unref();
  return {
    release: () => {
      if (fd === undefined) return;
      clearInterval(heart);
      closeSync(fd);
      fd = undefined;
      const content = contentOf(path);
      if (content === '' || content.includes(token)) rmSync(path, { force: true });
    },
  };
}

/** Whether the process that wrote `content` ran on this machine and does not any more. */
function isHolderGone(content: string): boolean {
  const [, pid, host] = /"pid":(\d+),"host":"([^"]*)"/.exec(content) ?? [];
  if (pid === undefined || host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

function removeIf(path: string, content: string): void {
  if (contentOf(path) === content) rmSync(path, { force: true });
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
