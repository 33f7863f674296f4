import { Worker } from 'node:worker_threads';
import { EnvironmentError } from '../../../core/errors.js';
import { shareBuffers, type Batch } from './batch.js';
import { countBatches, type BatchSource, type Pass } from './batch-source.js';
import type { Wait } from './input-wait.js';
import type { InputAnswer, InputOrder, InputThreadData } from './messages.js';

export interface BatchFeedOptions {
  /** Aborted, it ends the waiting for a batch with its reason. */
  readonly signal: AbortSignal;
  /** Milliseconds of any clock that does not go back. */
  readonly now: () => number;
}

export interface BatchesOptions {
  /** Number of the first batch that is wanted. Default 0. */
  readonly start?: number;
  /** The pass that will follow. Default: not known. */
  readonly next?: Pass | undefined;
}

/** One is trained on, one is ready, one is being filled. */
const BUFFERS = 3;
/** How long a thread has to end by itself; a batch takes far less. */
const CLOSE_MS = 5_000;

/**
 * Batches of a source, prepared by a thread of their own while this one trains. There is nothing in them that depends on
 * when or where they were prepared.
 */
export class BatchFeed {
  readonly #source: BatchSource;
  readonly #options: BatchFeedOptions;
  readonly #thread: Worker;
  readonly #exited: Promise<unknown>;
  readonly #buffers: InputThreadData['buffers'];
  /** Ordered, in order; the first `#answers.length` of them are answered. */
  #ordered: Order[] = [];
  #answers: InputAnswer[] = [];
  #free = Array.from({ length: BUFFERS }, (_, buffer) => buffer);
  #failure: EnvironmentError | undefined;
  #wake: (() => void) | undefined;
  #closed = false;
  #waitedMs = 0;
  #since: number | undefined;

  constructor(source: BatchSource, options: BatchFeedOptions) {
    this.#source = source;
    this.#options = options;
    this.#buffers = Array.from({ length: BUFFERS }, () => shareBuffers(source));
    const workerData: InputThreadData = { source, buffers: this.#buffers };
    this.#thread = new Worker(new URL('./input-thread.js', import.meta.url), { workerData, name: 'input' });
    this.#thread.on('message', (answer: InputAnswer) => {
      this.#answers.push(answer);
      this.#wake?.();
    });
    this.#thread.on('error', (error) => this.#fail(ended(error)));
    this.#thread.on('exit', () => this.#fail(ended()));
    this.#exited = new Promise((resolve) => this.#thread.once('exit', resolve));
    // It keeps a process alive only while a batch is waited for.
    this.#thread.unref();
  }

  /**
   * The batches of a pass, from number `start` on. While the last of them are taken, the first of `next` are prepared.
   *
   * @throws EnvironmentError with the code of what went wrong in the input thread; the signal's reason where it is aborted
   */
  async *batches(pass: Pass, { start = 0, next }: BatchesOptions = {}): AsyncGenerator<Batch> {
    this.#since ??= this.#options.now();
    const last = countBatches(this.#source, pass);
    const wanted = [
      ...ordersOf(pass, start, last),
      ...(next ? ordersOf(next, 0, Math.min(BUFFERS, countBatches(this.#source, next))) : []),
    ];
    if (!this.#ordered.every((order, place) => isSame(order, wanted[place]))) await this.#discard();
    let ordered = this.#ordered.length;
    const orderMore = (): void => {
      for (; ordered < wanted.length && this.#free.length > 0; ordered++) this.#order(wanted[ordered]!);
    };
    for (let number = start; number < last; number++) {
      orderMore();
      const { buffer, count } = await this.#take();
      try {
        yield { ...this.#buffers[buffer]!, count };
      } finally {
        this.#free.push(buffer);
      }
    }
    orderMore();
  }

  /** The time since the last call, or since the first batch, and how much of it went by in waiting for a batch. */
  takeWait(): Wait {
    const now = this.#options.now();
    const wait = { elapsedMs: now - (this.#since ?? now), waitedMs: this.#waitedMs };
    this.#since = now;
    this.#waitedMs = 0;
    return wait;
  }

  /** Ends the thread, gently and after a while by force; resolves when it has ended. Safe to call twice. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#fail(new EnvironmentError('INPUT_CLOSED', 'the batches are closed'));
      this.#post({ type: 'close' });
    }
    this.#thread.ref();
    const force = setTimeout(() => void this.#thread.terminate(), CLOSE_MS);
    await this.#exited;
    clearTimeout(force);
  }

  #order({ pass, number }: Wanted): void {
    const buffer = this.#free.pop()!;
    this.#ordered.push({ pass, number, buffer });
    this.#post({ type: 'fill', pass, number, buffer });
  }

  #post(order: InputOrder): void {
    this.#thread.postMessage(order);
  }

  /** Lets go by what was ordered ahead and is not wanted any more. */
  async #discard(): Promise<void> {
    while (this.#ordered.length > 0) this.#free.push((await this.#take()).buffer);
  }

  /** The next answer, waiting for it where it has not come. */
  async #take(): Promise<{ readonly buffer: number; readonly count: number }> {
    const { signal, now } = this.#options;
    const began = now();
    const wake = (): void => this.#wake?.();
    signal.addEventListener('abort', wake);
    this.#thread.ref();
    try {
      while (this.#answers.length === 0) {
        signal.throwIfAborted();
        if (this.#failure !== undefined) throw this.#failure;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#thread.unref();
      this.#wake = undefined;
      this.#waitedMs += now() - began;
    }
    const { buffer } = this.#ordered.shift()!;
    const answer = this.#answers.shift()!;
    if (answer.type === 'filled') return { buffer, count: answer.count };
    this.#free.push(buffer);
    const { code, message, stack, hint } = answer.error;
    throw new EnvironmentError(code, message, { ...(hint !== undefined && { hint }), cause: stack });
  }

  #fail(error: EnvironmentError): void {
    this.#failure ??= error;
    this.#wake?.();
  }
}

interface Wanted {
  readonly pass: Pass;
  readonly number: number;
}

type Order = Wanted & { readonly buffer: number };

function ordersOf(pass: Pass, start: number, end: number): Wanted[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, place) => ({ pass, number: start + place }));
}

const isSame = (order: Wanted, wanted: Wanted | undefined): boolean =>
  order.number === wanted?.number && nameOf(order.pass) === nameOf(wanted.pass);

const nameOf = (pass: Pass): string => (pass.part === 'train' ? `train ${pass.epoch}` : pass.part);

const ended = (cause?: unknown): EnvironmentError =>
  new EnvironmentError('INPUT_FAILED', 'the thread that prepares batches has ended', {
    hint: 'It may have run out of memory: a smaller batch_size or image_size needs less.',
    cause,
  });
