import type { Objective } from '../../core/objective.js';
import type { Observation } from '../../core/trial/observation.js';
import { canonicalJson, type Params } from '../../core/parameters.js';

/**
 * What stopping rules know of a trial: the finite values of its objective, signed so that less is better, in the order of its
 * epochs. Arrays of one curve have the same length.
 */
export interface Curve {
  readonly trial: Observation;
  readonly values: readonly number[];
  /** The best of the values so far. */
  readonly best: readonly number[];
  /** Epoch of each value. */
  readonly epochs: readonly number[];
  /** Seconds of training up to each value. */
  readonly seconds: readonly number[];
  /** The last recorded epoch, with or without a value; 0 before the first. */
  readonly lastEpoch: number;
  /** Whether the last recorded epoch has a value. */
  readonly isFinite: boolean;
  /** Epochs of its whole training; `undefined` if unknown. */
  readonly wholeEpochs: number | undefined;
  /** Equal for trials that are compared with each other. */
  readonly stratum: string;
}

export interface CurveOptions {
  readonly goal: Objective['goal'];
  /** Names of the parameters that make a stratum. */
  readonly within: readonly string[];
  /** Values of the parameters that a trial does not name. */
  readonly defaults: Params;
  /** Epochs of a whole training. Default: the trial's parameter `epochs`. */
  readonly maxIter?: number | undefined;
}

export function curveOf(trial: Observation, { goal, within, defaults, maxIter }: CurveOptions): Curve {
  const [values, best, epochs, seconds]: [number[], number[], number[], number[]] = [[], [], [], []];
  const sign = goal === 'maximize' ? -1 : 1;
  let time = 0;
  for (const epoch of trial.epochs) {
    time += epoch.seconds;
    if (epoch.objective === undefined) continue;
    const value = sign * epoch.objective;
    best.push(values.length === 0 ? value : Math.min(value, best.at(-1)!));
    values.push(value);
    epochs.push(epoch.epoch);
    seconds.push(time);
  }
  const params = { ...defaults, ...trial.params };
  const declared = maxIter ?? params['epochs'];
  return {
    ...{ trial, values, best, epochs, seconds },
    lastEpoch: trial.epochs.at(-1)?.epoch ?? 0,
    isFinite: trial.epochs.at(-1)?.objective !== undefined,
    wholeEpochs: typeof declared === 'number' ? declared : undefined,
    stratum: within.length === 0 ? '' : canonicalJson(within.map((name) => params[name] ?? null)),
  };
}

/** The best value up to an epoch; `undefined` if the trial has not come as far or has no value yet. */
export function bestAt({ best, epochs, lastEpoch }: Curve, epoch: number): number | undefined {
  if (lastEpoch < epoch) return undefined;
  let index = epochs.length - 1;
  while (index >= 0 && epochs[index]! > epoch) index--;
  return best[index];
}

/** Whether a trial has been trained to its end. */
export const isWhole = ({ trial, wholeEpochs, lastEpoch }: Curve): boolean =>
  trial.status === 'completed' || (wholeEpochs !== undefined && lastEpoch >= wholeEpochs);
