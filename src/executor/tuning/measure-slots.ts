import type { SerializedError } from '../../core/errors.js';
import type { EventSink, SweepEvent } from '../../core/events.js';
import type { Params } from '../../core/parameters.js';
import type { Device } from '../hosts/devices.js';
import { execute, type ExecutorOptions } from '../executor.js';
import type { Assignment } from '../scheduling/assignment-source.js';

export interface MeasureOptions extends Pick<
  ExecutorOptions,
  'environment' | 'cores' | 'verbose' | 'cacheDir' | 'startTimeoutMs'
> {
  readonly devices: readonly Device[];
  readonly slots: number;
  /**
   * URL of a trainer that reports epoch 1 when it is ready to train and, some seconds after the answer, epoch 2 with
   * `images_per_second` and `memory_mb`, megabytes that its whole host holds.
   */
  readonly trainer: string;
  readonly params: Params;
  /** Absolute path of a folder for the trials' folders, which stay empty. */
  readonly folder: string;
}

export interface Speed {
  /** Of all slots of all devices together. */
  readonly imagesPerSecond: number;
  /** Of the largest host. */
  readonly hostMemoryMb: number;
}

/** What a slot's trial failed with: too little memory, above all. */
export interface Unfit {
  readonly error: SerializedError;
}

/**
 * How fast all slots of all devices train together: one trial in each, held back until the last one is ready. Rejects as
 * `execute` does, where it is not a trial that fails.
 */
export async function measureSlots(options: MeasureOptions): Promise<Speed | Unfit> {
  const { devices, slots, params, folder, ...rest } = options;
  const barrier = new Barrier(devices.length * slots);
  const execution = execute(assignments(devices.length * slots, params), {
    ...rest,
    devices,
    slots,
    defaults: {},
    dataset: undefined,
    checkpointRoot: folder,
    maxAttempts: 1,
    sink: barrier,
  });
  void barrier.failed.then(() => execution.kill());
  try {
    await execution.finished;
  } catch (error) {
    // Several that fail alike end it with an error of its own.
    if (barrier.failure === undefined) throw error;
  }
  return barrier.failure ?? barrier.speed();
}

function* assignments(count: number, params: Params): Generator<Assignment> {
  for (let position = 0; position < count; position++) {
    const trial = { id: position + 1, key: `slot-${position + 1}`, position, seed: 0, params };
    yield { trial, attempts: 0, failures: 0, recordedEpochs: 0 };
  }
}

/** Lets no trial go on from its first epoch until all have got there, and adds up what they say at their second. */
class Barrier implements EventSink {
  /** Resolves when a trial fails. */
  readonly failed: Promise<void>;
  failure: Unfit | undefined;
  readonly #size: number;
  readonly #speeds: Speed[] = [];
  readonly #complete: Promise<void>;
  #fail!: () => void;
  #open!: () => void;
  #arrived = 0;

  constructor(size: number) {
    this.#size = size;
    this.failed = new Promise((resolve) => (this.#fail = resolve));
    this.#complete = new Promise((resolve) => (this.#open = resolve));
  }

  /** When all have said theirs. */
  speed(): Speed {
    return {
      imagesPerSecond: this.#speeds.reduce((sum, { imagesPerSecond }) => sum + imagesPerSecond, 0),
      hostMemoryMb: Math.max(...this.#speeds.map(({ hostMemoryMb }) => hostMemoryMb)),
    };
  }

  async emit(event: SweepEvent): Promise<void> {
    if (event.type === 'trial-failed') {
      this.failure ??= { error: event.error };
      this.#fail();
      this.#open();
    }
    if (event.type !== 'trial-epoch') return;
    if (event.epoch === 1) {
      if (++this.#arrived === this.#size) this.#open();
      return this.#complete;
    }
    const { images_per_second: imagesPerSecond = NaN, memory_mb: hostMemoryMb = NaN } = event.metrics;
    this.#speeds.push({ imagesPerSecond, hostMemoryMb });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
