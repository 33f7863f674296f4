import type { TrialSpec } from '../../core/trial/trial.js';
import type { Adoption, SweepHandle } from '../../store/sweep-handle.js';
import { continueTrials } from './continue-trials.js';
import { ContinuationSearch, type ContinuationOptions } from './continuations.js';
import type { PendingOptions } from '../running/pending-trials.js';
import type { PlannedSweep } from '../planning/planned-sweep.js';

export interface ReuseOptions {
  readonly sweep: PlannedSweep;
  readonly handle: Pick<SweepHandle, 'saved' | 'adopt' | 'nextTrialId'>;
  /** TensorFlow threads per slot. */
  readonly threads: number;
}

/** Continues new trials from shorter trials in the database with otherwise equal parameters. */
export class ReuseOfEpochs {
  readonly #options: ReuseOptions;
  readonly #root: string;

  /** @param root - folder that holds a folder of checkpoints for each trial, named by its key */
  constructor(options: ReuseOptions, root: string) {
    this.#options = options;
    this.#root = root;
  }

  /**
   * Starts all trials that can be continued from others. Must run before superfluous checkpoints are removed, because those of trials
   * that are no longer declared are among them. Returns the number of trials.
   */
  async beginAll({ known, finished }: Pick<PendingOptions, 'known' | 'finished'>): Promise<number> {
    const isFinished = (place: number): boolean => finished.some(({ from, to }) => from <= place && place < to);
    const isKnown = ({ key, position }: TrialSpec): boolean => known.get(key) !== undefined || isFinished(position);
    return (await this.#begin(isKnown, ({ isPossible }) => isPossible)).length;
  }

  /** Starts the next trial from a shorter one that the sweep has trained in the meantime, if there is one. */
  readonly begin = async ({ key }: TrialSpec): Promise<Adoption | undefined> => {
    const [begun] = await this.#begin(
      (other) => other.key !== key,
      ({ isPossibleWithin }) => isPossibleWithin,
    );
    return begun;
  };

  async #begin(
    isKnown: ContinuationOptions['isKnown'],
    isWorthIt: (search: ContinuationSearch) => boolean,
  ): Promise<readonly Adoption[]> {
    const { sweep, handle, threads } = this.#options;
    const search = new ContinuationSearch(sweep, { isKnown, threads });
    if (!isWorthIt(search)) return [];
    for await (const trial of handle.saved()) search.add(trial);
    return continueTrials(search.result().found, { handle, root: this.#root });
  }
}
