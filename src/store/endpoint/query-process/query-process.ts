import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EnvironmentError } from '../../../core/errors.js';
import { cancelledQuery, type QueryLimits } from '../../reading/query-limits.js';
import { fromFailure } from '../protocol.js';
import { readFrames } from './frames.js';
import type { FileState } from '../../schema/file-state.js';
import type { QueryProcessReply, QueryProcessRequest, UserQuery } from './messages.js';

export interface QueryProcessOptions {
  /** Memory that the process may hold. */
  readonly memoryBytes: number;
  readonly limits: QueryLimits;
}

/** A query that reached its time limit, or whose client has left, is interrupted; after this time its process is killed. */
const GRACE_MS = 1_000;
/** How long opening, which may copy a database, may take. */
const OPEN_MS = 120_000;

/**
 * A child process that answers one query at a time. DuckDB can neither interrupt one long call of a scalar function nor count
 * its memory, so the child has a limit on memory that the kernel enforces, and is killed when a query goes on for too long.
 */
export class QueryProcess {
  readonly exited: Promise<unknown>;
  readonly #child: ChildProcess;
  readonly #limits: QueryLimits;
  readonly #output: AsyncGenerator<Buffer, undefined>;
  #isTimedOut = false;
  #isAlive = true;

  constructor({ memoryBytes, limits }: QueryProcessOptions) {
    this.#limits = limits;
    this.#child = start(memoryBytes);
    this.#child.on('error', () => undefined);
    this.exited = new Promise((resolve) => {
      this.#child.once('exit', resolve);
      this.#child.once('error', resolve);
    }).then(() => (this.#isAlive = false));
    this.#output = readFrames(this.#child.stdout!);
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /**
   * Takes a snapshot of a database into `folder` and opens it.
   *
   * @throws {EnvironmentError} SNAPSHOT_FAILED, QUERY_PROCESS_SPENT, QUERY_PROCESS_DIED, and as `openReader`
   */
  async open(state: FileState, folder: string): Promise<void> {
    const overdue = setTimeout(() => void this.kill(), OPEN_MS);
    try {
      const replied = new Promise<QueryProcessReply | undefined>((resolve) => {
        this.#child.once('message', resolve);
        void this.exited.then(() => resolve(undefined));
      });
      this.#send({ type: 'open', state, folder, limits: this.#limits });
      const reply = await replied;
      if (reply === undefined) throw this.#death();
      if (reply.type === 'failed') throw fromFailure(reply.error);
    } finally {
      clearTimeout(overdue);
    }
  }

  /** The answer to a query as the bytes of its lines. One query at a time. */
  async *ask(query: UserQuery, signal?: AbortSignal): AsyncGenerator<Buffer> {
    const timers: NodeJS.Timeout[] = [];
    const cancel = (): void => {
      this.#send({ type: 'cancel' });
      timers.push(setTimeout(() => void this.kill(), GRACE_MS));
    };
    if (Number.isFinite(this.#limits.timeoutMs)) timers.push(this.#killOverdue());
    signal?.addEventListener('abort', cancel, { once: true });
    let isEnded = false;
    try {
      this.#send({ type: 'query', query });
      for (;;) {
        const piece = await this.#nextPiece();
        isEnded = piece === undefined || piece.length === 0;
        if (piece === undefined) throw this.#death();
        if (isEnded) return;
        yield piece;
      }
    } finally {
      signal?.removeEventListener('abort', cancel);
      if (!isEnded) {
        cancel();
        await this.#skipRest();
      }
      for (const timer of timers) clearTimeout(timer);
    }
  }

  /** Safe to call twice. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  #send(request: QueryProcessRequest): void {
    if (this.#child.connected) this.#child.send(request, () => undefined);
  }

  #killOverdue(): NodeJS.Timeout {
    return setTimeout(() => {
      this.#isTimedOut = true;
      void this.kill();
    }, this.#limits.timeoutMs + GRACE_MS);
  }

  /** Empty at the end of an answer; `undefined` when the process has ended. */
  async #nextPiece(): Promise<Buffer | undefined> {
    return (await this.#output.next()).value;
  }

  async #skipRest(): Promise<void> {
    let piece: Buffer | undefined;
    do piece = await this.#nextPiece();
    while (piece !== undefined && piece.length > 0);
  }

  #death(): Error {
    if (this.#isTimedOut) return cancelledQuery('timeout', this.#limits);
    // The kernel's limit on memory shows as an abort of Node or of DuckDB, or as a kill.
    if (this.#child.signalCode !== null || (this.#child.exitCode ?? 0) > 128)
      return cancelledQuery('memory', this.#limits);
    return new EnvironmentError('QUERY_PROCESS_DIED', 'the process that runs queries could not be started, or ended', {
      hint: 'Ask again.',
    });
  }
}

function start(memoryBytes: number): ChildProcess {
  return fork(ENTRY, [String(memoryBytes)], {
    // Not those of this process, such as --inspect. JavaScript's share of the memory; DuckDB's is outside of it.
    execArgv: ['--max-old-space-size=256'],
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
}

const ENTRY = fileURLToPath(new URL('./entry.js', import.meta.url));
