import type { SavedTrial } from '../../store/sweep-handle.js';
import type { Params, ParamValue } from '../../core/parameters.js';
import type { TrialSpec } from '../../core/trial/trial.js';
import { formatCounted } from '../../core/format.js';
import type { PlannedSweep } from '../planning/planned-sweep.js';

/** A trial that has not started, and a shorter trial with otherwise equal parameters that it can continue from. */
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
  /** Why other trials cannot continue from existing shorter ones: the number of trials by reason. */
  readonly refused: ReadonlyMap<string, number>;
}

export interface ContinuationOptions {
  /** Whether a trial of the plan has started or finished. */
  readonly isKnown: (trial: TrialSpec) => boolean;
  /** TensorFlow threads per slot, if known: another number changes results in the last bits. */
  readonly threads: number | undefined;
  /** The only trial to look for. Default: every trial that the plan lists. */
  readonly only?: TrialSpec | undefined;
}

/**
 * Searches a database for trials whose epochs are, to the last bit, the first epochs of longer trials that a sweep declares. Finds
 * nothing for the user's own trainers, because whether this holds for them is unknown.
 */
export class ContinuationSearch {
  readonly #sweep: PlannedSweep;
  readonly #options: ContinuationOptions;
  /** All values of `epochs` among the sweep's trials. */
  readonly #lengths: readonly number[];
  /** By position in the plan. */
  readonly #found = new Map<number, Continuation>();
  readonly #refused = new Map<number, string>();

  constructor(sweep: PlannedSweep, options: ContinuationOptions) {
    this.#sweep = sweep;
    this.#options = options;
    this.#lengths = sweep.trainer.dependsOnEpochs === undefined ? [] : lengthsOf(sweep);
  }

  /** Whether any trial of the sweep could be continued from another. */
  get isPossible(): boolean {
    return this.#lengths.length > 0;
  }

  /** Whether trials of the sweep could continue from other trials of the same sweep. */
  get isPossibleWithin(): boolean {
    return this.#lengths.length > 1;
  }

  /** Considers one trial of the database. */
  add(source: SavedTrial): void {
    const { plan, trainer } = this.#sweep;
    const own = Number(source.params['epochs'] ?? trainer.defaults['epochs']);
    const longer = this.#lengths.filter((epochs) => epochs > own);
    if (longer.length === 0 || plan.keyOf(source.params, source.seed) !== source.key) return;
    for (const epochs of longer) {
      const trial = this.#declared({ ...source.params, epochs }, source);
      if (trial !== undefined) this.#consider(trial, source);
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

  /** The trial of the sweep with these parameters. */
  #declared(params: Params, { seed, position }: SavedTrial): TrialSpec | undefined {
    const { plan } = this.#sweep;
    const { only } = this.#options;
    if (only !== undefined) return plan.keyOf(params, seed) === only.key ? only : undefined;
    const place = plan.enumeration?.positionOf(params, seed, position);
    return place === undefined ? undefined : plan.enumeration!.at(place);
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
