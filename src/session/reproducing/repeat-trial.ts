import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError, type SerializedError } from '../../core/errors.js';
import type { AttemptEnvironment, EventSink, SweepEvent } from '../../core/trial/events.js';
import type { CheckpointFile, Metrics } from '../../core/trainer/training.js';
import type { Trial } from '../../core/trial/trial.js';
import type { Device } from '../../executor/hosts/devices.js';
import { execute } from '../../executor/executor.js';
import type { Surroundings } from '../surroundings.js';
import type { PlannedSweep } from '../planning/planned-sweep.js';

export interface RepeatOptions extends Surroundings {
  readonly sweep: Pick<PlannedSweep, 'trainer' | 'dataset' | 'files'>;
  readonly trial: Trial;
  readonly device: Device;
  /** Intra-op threads of TensorFlow. */
  readonly threads: number;
  readonly microBatch: number | undefined;
  /** The trial is stopped after this epoch. */
  readonly lastEpoch: number;
  readonly cacheDir: string;
  /** Called after each epoch; `checkpoint` is the absolute path of the saved file, which exists until the call returns. */
  readonly onEpoch: (epoch: number, metrics: Metrics, checkpoint: string | undefined) => void;
}

/** What the trial ran on; `undefined` if the user interrupted it. */
export type Repeated = { readonly environment: AttemptEnvironment } | undefined;

/**
 * Runs a trial from its first epoch in a host, without recording it. Its checkpoints are in a temporary folder, which is removed at
 * the end.
 *
 * @throws {EnvironmentError} REPEAT_FAILED where it fails, and what `execute` throws
 */
export async function repeatTrial(options: RepeatOptions): Promise<Repeated> {
  const { sweep, trial, device, threads, microBatch, lastEpoch, cacheDir, environment, now, interrupts } = options;
  const { trainer, dataset, files } = sweep;
  const checkpointRoot = await mkdtemp(join(cacheDir, 'reproduce-'));
  const listener = new RepeatListener(join(checkpointRoot, trial.key), options.onEpoch);
  const assignment = { trial, attempts: 0, failures: 0, recordedEpochs: 0, microBatch: microBatch ?? ('all' as const) };
  const execution = execute([assignment].values(), {
    training: {
      trainer: trainer.url,
      settings: trainer.settings,
      defaults: trainer.defaults,
      dataset: dataset?.name,
      files,
    },
    folders: { checkpointRoot, cacheDir },
    hosts: { devices: [device], slots: 1, threads, cores: availableParallelism(), environment, verbose: false },
    sink: listener,
    decide: (_trial, epoch) =>
      epoch < lastEpoch ? { decision: 'continue' } : { decision: 'stop', reason: 'the recorded curve ends here' },
    now,
  });
  const kill = (): void => execution.kill();
  const listening = interrupts.listen({ interrupt: kill, kill });
  try {
    await execution.finished;
  } finally {
    listening.dispose();
    await rm(checkpointRoot, { recursive: true, force: true });
  }
  if (listening.wasInterrupted()) return undefined;
  const { failure, environment: used } = listener;
  if (failure === undefined && used) return { environment: used };
  throw new EnvironmentError(
    'REPEAT_FAILED',
    `the trial cannot be run again: ${failure?.message ?? 'it did not start'}`,
    {
      hint: '`sweep doctor` checks the machine.',
    },
  );
}

class RepeatListener implements EventSink {
  environment: AttemptEnvironment | undefined;
  failure: SerializedError | undefined;
  readonly #folder: string;
  readonly #onEpoch: RepeatOptions['onEpoch'];
  #last: CheckpointFile | undefined;

  constructor(folder: string, onEpoch: RepeatOptions['onEpoch']) {
    this.#folder = folder;
    this.#onEpoch = onEpoch;
  }

  async emit(event: SweepEvent): Promise<void> {
    switch (event.type) {
      case 'trial-started':
        this.environment = event.environment;
        return;
      case 'trial-epoch': {
        const { epoch, metrics, checkpoint } = event;
        this.#onEpoch(epoch, metrics, checkpoint && join(this.#folder, checkpoint.file));
        // Only the newest checkpoint is needed to continue the trial.
        const old = this.#last;
        this.#last = checkpoint;
        if (old && old.file !== checkpoint?.file) await rm(join(this.#folder, old.file), { force: true });
        return;
      }
      case 'trial-failed':
        if (!event.willRetry) this.failure = event.error;
        return;
      default:
        return;
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
