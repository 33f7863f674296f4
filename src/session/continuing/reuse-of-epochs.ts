import type { TrialSpec } from '../../core/trial/trial.js';
import type { Adoption, KnownTrials, PositionRange, SweepHandle } from '../../store/sweep-handle.js';
import { continueTrials } from './continue-trials.js';
import { ContinuationSearch, type ContinuationOptions } from './continuations.js';
import type { PlannedSweep } from '../planning/planned-sweep.js';

export interface ReuseOptions {
  readonly sweep: PlannedSweep;
  readonly handle: Pick<SweepHandle, 'saved' | 'adopt' | 'nextTrialId'>;
  /** TensorFlow threads per slot. */
  readonly threads: number;
}

/** The trials that need no beginning. */
interface RecordedTrials {
  /** Those of the database that the sweep has not finished. */
  readonly known: KnownTrials;
  /** Positions that the sweep has finished. */
  readonly finished: readonly PositionRange[];
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
  async beginAll({ known, finished }: RecordedTrials): Promise<number> {
    if (this.#options.sweep.plan.enumeration === undefined) return 0;
    const isFinished = (place: number): boolean => finished.some(({ from, to }) => from <= place && place < to);
    const isKnown = ({ key, position }: TrialSpec): boolean => known.get(key) !== undefined || isFinished(position);
    return (await this.#begin({ isKnown }, ({ isPossible }) => isPossible)).length;
  }

  /** Starts the next trial from a shorter one that the sweep has trained in the meantime, if there is one. */
  readonly begin = async (trial: TrialSpec): Promise<Adoption | undefined> => {
    // Trials that are listed in advance have been compared with those of other sweeps by `beginAll`.
    const isListed = this.#options.sweep.plan.enumeration !== undefined;
    const [begun] = await this.#begin({ isKnown: () => false, only: trial }, ({ isPossible, isPossibleWithin }) =>
      isListed ? isPossibleWithin : isPossible,
    );
    return begun;
  };

  async #begin(
    wish: Pick<ContinuationOptions, 'isKnown' | 'only'>,
    isWorthIt: (search: ContinuationSearch) => boolean,
  ): Promise<readonly Adoption[]> {
    const { sweep, handle, threads } = this.#options;
    const search = new ContinuationSearch(sweep, { ...wish, threads });
    if (!isWorthIt(search)) return [];
    for await (const trial of handle.saved()) search.add(trial);
    return continueTrials(search.result().found, { handle, root: this.#root });
  }
}
