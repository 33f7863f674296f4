import { InputError } from '../../../core/errors.js';
import type { CheckpointFile, TrainingContext } from '../../../core/training.js';
import type { AccumulatorState } from '../metrics/metric-accumulator.js';
import { CheckpointFolder } from './checkpoint-folder.js';
import type { Checkpoint, Resumable, TrialPlace } from './checkpoint.js';

export type CheckpointContext = Pick<
  TrainingContext,
  'checkpointDir' | 'checkpointEvery' | 'recordedEpochs' | 'signal' | 'warn'
>;

const BEGINNING: TrialPlace = { epoch: 0, within: undefined };

/** When a trial is saved, and from what it goes on. */
export class TrialCheckpoints {
  readonly #trial: Resumable;
  readonly #context: CheckpointContext;
  readonly #folder: CheckpointFolder;
  readonly #now: () => number;
  #savedAt: number;
  /** Step of the epoch under way that is saved already; 0 where none is. */
  #savedStep = 0;

  /** `now` in milliseconds, from whenever; decides when to save within an epoch and nothing else. */
  constructor(trial: Resumable, context: CheckpointContext, now: () => number = () => performance.now()) {
    this.#trial = trial;
    this.#context = context;
    this.#folder = new CheckpointFolder(context.checkpointDir, trial.owner);
    this.#now = now;
    this.#savedAt = now();
  }

  /** Puts the trial where its newest checkpoint that is whole and recorded left it, and says where that is. */
  resume(): TrialPlace {
    const { recordedEpochs, warn } = this.#context;
    const refused: string[] = [];
    const place = this.#findPlace(refused) ?? BEGINNING;
    const { epoch, within } = place;
    this.#savedStep = within?.step ?? 0;
    const start = within === undefined ? `after epoch ${epoch}` : `after step ${within.step} of epoch ${epoch + 1}`;
    const consequence = place === BEGINNING ? 'the trial starts from the beginning' : `training goes on ${start}`;
    for (const one of refused) warn(`${one}; ${consequence}`);
    if (refused.length === 0 && place === BEGINNING && recordedEpochs > 0) {
      warn(`no checkpoint of the ${recordedEpochs} recorded epochs is left; ${consequence}`);
    }
    return place;
  }

  /** To be called between two steps: saves when it is time to, and once more before the trial has to end. */
  async betweenSteps(epoch: number, step: number, sums: () => AccumulatorState): Promise<void> {
    if (step === this.#savedStep || !(this.#context.signal.aborted || this.#isDue(step))) return;
    await this.#folder.save(this.#trial.snapshot({ epoch: epoch - 1, within: { step, sums: sums() } }));
    this.#savedStep = step;
    this.#savedAt = this.#now();
  }

  /** Saves an epoch that has ended; to be called before it is reported. */
  async afterEpoch(epoch: number): Promise<CheckpointFile> {
    const file = await this.#folder.save(this.#trial.snapshot({ epoch, within: undefined }));
    this.#savedStep = 0;
    this.#savedAt = this.#now();
    return file;
  }

  /** Removes what was saved within the epoch; to be called when it is reported. */
  afterReport(): void {
    this.#folder.dropPartial();
  }

  /** Restores the newest checkpoint that can be; `refused` gets those that cannot, and why. */
  #findPlace(refused: string[]): TrialPlace | undefined {
    for (const name of this.#folder.candidates(this.#context.recordedEpochs)) {
      const read = this.#folder.read(name);
      const reason = read.usable ? this.#restore(read.checkpoint) : read.reason;
      if (read.usable && reason === undefined) return read.checkpoint.place;
      refused.push(`the checkpoint ${name} is of no use: ${reason}`);
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
