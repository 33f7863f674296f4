import { formatCounted } from '../../../core/format.js';
import { InputError } from '../../../core/errors.js';
import type { CheckpointFile, TrainingContext } from '../../../core/trainer/training.js';
import type { AccumulatorState } from '../metrics/metric-accumulator.js';
import { CheckpointFolder } from './checkpoint-folder.js';
import type { Checkpoint, Resumable, TrialPlace } from './checkpoint.js';

export type CheckpointContext = Pick<
  TrainingContext,
  'checkpointDir' | 'checkpointEvery' | 'recordedEpochs' | 'signal' | 'warn'
>;

const BEGINNING: TrialPlace = { epoch: 0, within: undefined };

/** Decides when a trial is saved, and resumes it from its newest usable checkpoint. */
export class TrialCheckpoints {
  readonly #trial: Resumable;
  readonly #context: CheckpointContext;
  readonly #folder: CheckpointFolder;
  readonly #now: () => number;
  #savedAt: number;
  /** Step of the current epoch at which the trial was last saved; 0 if it was not. */
  #savedStep = 0;

  /** `now` is a clock in milliseconds. It only decides when to save inside an epoch. */
  constructor(trial: Resumable, context: CheckpointContext, now: () => number = () => performance.now()) {
    this.#trial = trial;
    this.#context = context;
    this.#folder = new CheckpointFolder(context.checkpointDir, trial.owner);
    this.#now = now;
    this.#savedAt = now();
  }

  /** Restores the newest intact checkpoint whose epochs are recorded. Returns the position to continue from. */
  resume(): TrialPlace {
    const { recordedEpochs, warn } = this.#context;
    const refused: string[] = [];
    const place = this.#findPlace(refused) ?? BEGINNING;
    const { epoch, within } = place;
    this.#savedStep = within?.step ?? 0;
    const start = within === undefined ? `after epoch ${epoch}` : `after step ${within.step} of epoch ${epoch + 1}`;
    const consequence = place === BEGINNING ? 'the trial starts from the beginning' : `training continues ${start}`;
    for (const one of refused) warn(`${one}; ${consequence}`);
    if (refused.length === 0 && place === BEGINNING && recordedEpochs > 0) {
      warn(`no checkpoint of the ${formatCounted(recordedEpochs, 'recorded epoch')} is left; ${consequence}`);
    }
    return place;
  }

  /** Call this between two steps. Saves if `checkpointEvery` is due, or if the trial is about to be aborted. */
  async betweenSteps(epoch: number, step: number, sums: () => AccumulatorState): Promise<void> {
    if (step === this.#savedStep || !(this.#context.signal.aborted || this.#isDue(step))) return;
    await this.#folder.save(this.#trial.snapshot({ epoch: epoch - 1, within: { step, sums: sums() } }));
    this.#savedStep = step;
    this.#savedAt = this.#now();
  }

  /** Saves a complete epoch. Call this before the epoch is reported. */
  async afterEpoch(epoch: number): Promise<CheckpointFile> {
    const file = await this.#folder.save(this.#trial.snapshot({ epoch, within: undefined }));
    this.#savedStep = 0;
    this.#savedAt = this.#now();
    return file;
  }

  /** Removes checkpoints inside the epoch. Call this after the epoch is reported. */
  afterReport(): void {
    this.#folder.dropPartial();
  }

  /** Restores the newest usable checkpoint. Adds a message to `refused` for each checkpoint that cannot be used. */
  #findPlace(refused: string[]): TrialPlace | undefined {
    for (const name of this.#folder.candidates(this.#context.recordedEpochs)) {
      const read = this.#folder.read(name);
      const reason = read.usable ? this.#restore(read.checkpoint) : read.reason;
      if (read.usable && reason === undefined) return read.checkpoint.place;
      refused.push(`the checkpoint ${name} cannot be used: ${reason}`);
    }
    return undefined;
  }

  #restore(checkpoint: Checkpoint): string | undefined {
    try {
      this.#trial.restore(checkpoint);
      return undefined;
    } catch (error) {
      if (error instanceof InputError && error.code === 'STEP_STATE') return error.message;
      throw error;
    }
  }

  #isDue(step: number): boolean {
    const { checkpointEvery: every } = this.#context;
    if (every === undefined) return false;
    return 'steps' in every ? step % every.steps === 0 : this.#now() - this.#savedAt >= every.seconds * 1000;
  }
}
