import type { SerializedError } from '../../core/errors.js';
import type { EventSink, SweepEvent } from '../../core/trial/events.js';
import type { Params } from '../../core/parameters.js';
import { execute } from '../executor.js';
import type { HostSetup } from '../executor-options.js';
import type { Assignment } from '../scheduling/assignment-source.js';

export interface MeasureOptions extends Pick<
  HostSetup,
  'devices' | 'slots' | 'cores' | 'environment' | 'verbose' | 'launcher' | 'startTimeoutMs'
> {
  readonly cacheDir: string;
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

/** Why a slot's trial failed: in most cases because memory ran out. */
export interface Unfit {
  readonly error: SerializedError;
}

/**
 * Measures how fast all slots of all devices train together: one trial in each, all of them started when the last one is ready.
 * Resolves with `Unfit` where a trial fails; rejects with what else ends an `execute`.
 */
export async function measureSlots(options: MeasureOptions): Promise<Speed | Unfit> {
  const { trainer, params, cacheDir, folder, ...hosts } = options;
  const { devices, slots } = hosts;
  const barrier = new Barrier(devices.length * slots);
  const execution = execute(assignments(devices.length * slots, params), {
    training: { trainer, defaults: {}, dataset: undefined },
    folders: { cacheDir, checkpointRoot: folder },
    hosts,
    limits: { maxAttempts: 1 },
    sink: barrier,
  });
  void barrier.failed.then(() => execution.kill());
  try {
    await execution.finished;
  } catch (error) {
    // Three trials that fail alike end the sweep with an error; the reason is that of the first trial.
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

/** Holds every trial at its first epoch until all are there, and adds up the speeds that they report with their second. */
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

  /** Valid once all trials have reported their second epoch. */
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
