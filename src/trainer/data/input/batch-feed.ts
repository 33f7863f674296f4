import { Worker } from 'node:worker_threads';
import { EnvironmentError } from '../../../core/errors.js';
import { shareBuffers, type Batch } from './batch.js';
import { countBatches, type BatchSource, type Pass } from './batch-source.js';
import type { Wait } from './input-wait.js';
import type { InputAnswer, InputOrder, InputThreadData } from './messages.js';

export interface BatchFeedOptions {
  /** When aborted, waiting for a batch ends and throws the signal's reason. */
  readonly signal: AbortSignal;
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
}

export interface BatchesOptions {
  /** Number of the first batch. Default 0. */
  readonly start?: number;
  /** The pass that follows, whose first batches are prepared ahead. Default: unknown. */
  readonly next?: Pass | undefined;
}

/** One batch is used for training, one is ready, one is being filled. */
const BUFFERS = 3;
/** Time for the thread to end before it is terminated; a batch takes far less. */
const CLOSE_MS = 5_000;

/**
 * Batches of a source, prepared in an input thread while the calling thread trains. Their content does not depend on timing.
 */
export class BatchFeed {
  readonly #source: BatchSource;
  readonly #options: BatchFeedOptions;
  readonly #thread: Worker;
  readonly #exited: Promise<unknown>;
  readonly #buffers: InputThreadData['buffers'];
  /** Orders in sequence; the first `#answers.length` of them are answered. */
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
    // The thread keeps the process alive only while a batch is awaited.
    this.#thread.unref();
  }

  /**
   * Yields the batches of a pass from number `start`. Prepares the first batches of `next` while the last ones are consumed.
   *
   * @throws EnvironmentError with the code of an error in the input thread; the signal's reason when it is aborted
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

  /** Time since the last call (or since the first batch), and the part of it spent waiting for batches. */
  takeWait(): Wait {
    const now = this.#options.now();
    const wait = { elapsedMs: now - (this.#since ?? now), waitedMs: this.#waitedMs };
    this.#since = now;
    this.#waitedMs = 0;
    return wait;
  }

  /** Ends the thread, by force after 5 seconds. Resolves when it has ended. Safe to call twice. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#fail(new EnvironmentError('INPUT_CLOSED', 'the batch feed is closed'));
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

  /** Takes and drops batches that were ordered ahead and are no longer wanted. */
  async #discard(): Promise<void> {
    while (this.#ordered.length > 0) this.#free.push((await this.#take()).buffer);
  }

  /** Waits for the next answer. */
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
  new EnvironmentError('INPUT_FAILED', 'the thread that prepares batches ended unexpectedly', {
    hint: 'It may have run out of memory: a smaller batch_size or image_size needs less.',
    cause,
  });
