import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { treeMemory } from './tree-memory.js';
import { WATCHER_SCRIPT } from './watcher-script.js';

export interface ProgramStart {
  /** The program and its arguments. */
  readonly words: readonly string[];
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Time between SIGTERM and SIGKILL: shorter than the executor waits after an abort. */
const GRACE_MS = 4_000;

/** How the first process of a program ended. */
export type ProgramExit =
  | { readonly cause: 'status'; readonly status: number }
  | { readonly cause: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly cause: 'not-started'; readonly error: Error };

/** Set in the environment of every process of a program; its value is different for each start. */
const MARK = 'SWEEPWRIGHT_PROCESS';

/**
 * A program with all the processes that it starts: a process group of its own, and processes that have left the group. They end
 * with the host at the latest, however it dies: a watcher, a small shell process, kills them when the host's end of a pipe closes.
 */
export class ProcessTree {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the first process has ended; others may still run. */
  readonly exited: Promise<ProgramExit>;
  readonly #pid: number | undefined;
  /** From then on its number may be that of another process. */
  #hasExited = false;
  readonly #watcher: ChildProcess;
  readonly #watcherEnded: Promise<unknown>;

  constructor({ words: [file = '', ...args], cwd, environment }: ProgramStart) {
    const mark = randomUUID();
    // The watcher is there first, and outside the group, so that no moment is left in which the program has none.
    this.#watcher = spawn('/bin/sh', ['-c', WATCHER_SCRIPT, 'sh', `${MARK}=${mark}`, String(GRACE_MS)], {
      env: { PATH: environment['PATH'] },
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    // What a watcher that has ended is told needs no handling.
    this.#watcher.stdin!.on('error', () => undefined);
    this.#watcherEnded = Promise.race([once(this.#watcher, 'exit'), once(this.#watcher, 'error')]);
    const child = spawn(file, args, {
      cwd,
      env: { ...environment, [MARK]: mark },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#pid = child.pid;
    if (child.pid !== undefined) this.#watcher.stdin!.write(`${child.pid}\n`);
    this.stdout = child.stdout;
    this.stderr = child.stderr;
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => resolve({ cause: 'not-started', error }));
      child.once('exit', (status, signal) => {
        this.#hasExited = true;
        resolve(signal === null ? { cause: 'status', status: status ?? 0 } : { cause: 'signal', signal });
      });
    });
  }

  /** Bytes of memory that its processes use, see `treeMemory`. */
  memory(limit: number): number {
    return this.#pid === undefined || this.#hasExited ? 0 : treeMemory(this.#pid, limit);
  }

  /** Asks the processes of the group to end: SIGTERM. */
  terminate(): void {
    if (this.#pid === undefined || this.#hasExited) return;
    try {
      process.kill(-this.#pid, 'SIGTERM');
    } catch {
      // The group has ended.
    }
  }

  /** Ends every process that is left: SIGTERM, after four seconds SIGKILL. Resolves when none is left. Safe to call twice. */
  async end(): Promise<void> {
    this.#watcher.stdin!.end('end\n');
    await this.#watcherEnded;
  }
}
