import type { SavedTrial } from '../../store/sweep-handle.js';
import type { ParamValue } from '../../core/parameters.js';
import type { TrialSpec } from '../../core/trial.js';
import { formatCounted } from '../../core/format.js';
import type { PlannedSweep } from '../planning/planned-sweep.js';

/** A trial that nobody has begun, and a shorter one, otherwise the same, that it can go on from. */
export interface Continuation {
  readonly trial: TrialSpec;
  readonly source: number;
  /** Key of the source: the name of its folder of checkpoints. */
  readonly sourceKey: string;
  readonly epochs: number;
  readonly file: string;
}

export interface Continuations {
  readonly found: readonly Continuation[];
  /** Why other trials cannot go on from shorter ones that there are, and how many cannot for that reason. */
  readonly refused: ReadonlyMap<string, number>;
}

export interface ContinuationOptions {
  /** Whether a trial of the plan has been begun or finished. */
  readonly isKnown: (trial: TrialSpec) => boolean;
  /** TensorFlow's threads of each slot, where it is known: with others, sums differ in their last bits. */
  readonly threads: number | undefined;
}

/**
 * Looks among trials of a database for such whose first epochs are those of trials that a sweep declares with more epochs, to the
 * last bit. Of a trainer of the user's own nobody knows; it gets none.
 */
export class ContinuationSearch {
  readonly #sweep: PlannedSweep;
  readonly #options: ContinuationOptions;
  /** Numbers of epochs that the sweep's trials have. */
  readonly #lengths: readonly number[];
  /** By place in the plan. */
  readonly #found = new Map<number, Continuation>();
  readonly #refused = new Map<number, string>();

  constructor(sweep: PlannedSweep, options: ContinuationOptions) {
    this.#sweep = sweep;
    this.#options = options;
    this.#lengths = sweep.trainer.dependsOnEpochs === undefined ? [] : lengthsOf(sweep);
  }

  /** Whether there is anything to look for. */
  get isPossible(): boolean {
    return this.#lengths.length > 0;
  }

  /** Whether some trials of the sweep itself may go on from others of it. */
  get isPossibleWithin(): boolean {
    return this.#lengths.length > 1;
  }

  /** Looks at one trial of the database. */
  add(source: SavedTrial): void {
    const { plan, trainer } = this.#sweep;
    const own = Number(source.params['epochs'] ?? trainer.defaults['epochs']);
    const longer = this.#lengths.filter((epochs) => epochs > own);
    if (longer.length === 0 || plan.keyOf(source.params, source.seed) !== source.key) return;
    for (const epochs of longer) {
      const place = plan.enumeration.positionOf({ ...source.params, epochs }, source.seed, source.position);
      if (place !== undefined) this.#consider(plan.enumeration.at(place), source);
    }
  }

  result(): Continuations {
    const reasons = new Map<string, number>();
    for (const [place, reason] of this.#refused) {
      if (!this.#found.has(place)) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    const found = [...this.#found.values()].sort((a, b) => a.trial.position - b.trial.position);
    return { found, refused: reasons };
  }

  #consider(trial: TrialSpec, { id, key, saved, threads }: SavedTrial): void {
    const { isKnown, threads: wanted } = this.#options;
    if (isKnown(trial)) return;
    const dependence = this.#sweep.trainer.dependsOnEpochs?.(trial.params);
    if (dependence !== undefined) this.#refused.set(trial.position, dependence);
    else if (saved === undefined) this.#refused.set(trial.position, 'no checkpoint of the shorter trial is kept');
    else if (wanted !== undefined && wanted !== threads) {
      const reason = `the shorter trial ran with ${formatCounted(threads, 'thread')} of TensorFlow, not ${wanted}`;
      this.#refused.set(trial.position, reason);
    } else if (saved.epoch > (this.#found.get(trial.position)?.epochs ?? 0)) {
      this.#found.set(trial.position, { trial, source: id, sourceKey: key, epochs: saved.epoch, file: saved.file });
    }
  }
}

function lengthsOf({ definition, plan, trainer }: PlannedSweep): number[] {
  const axis = plan.axes.find(({ name }) => name === 'epochs')?.distribution;
  if (axis !== undefined) return 'values' in axis ? axis.values.filter(isNumber) : [];
  return [definition.fixed['epochs'] ?? trainer.defaults['epochs']].filter(isNumber);
}

const isNumber = (value: ParamValue | undefined): value is number => typeof value === 'number';
