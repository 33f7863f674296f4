import { unreachable } from '../../../core/errors.js';
import { plateauReductions } from './plateau.js';

export const SCHEDULES = [
  'constant',
  'cosine',
  'cosine_restarts',
  'one_cycle',
  'exponential',
  'step',
  'plateau',
] as const;

export interface ScheduleSettings {
  readonly schedule: (typeof SCHEDULES)[number];
  /** The highest learning rate. */
  readonly learningRate: number;
  /** The lowest learning rate after the warm-up. */
  readonly minLearningRate: number;
  /** Total number of epochs. */
  readonly epochs: number;
  /** Epochs of linear warm-up from near 0 to the schedule's first rate. Can be a fraction. */
  readonly warmupEpochs: number;
  /** Epochs until the first restart of `cosine_restarts`: T_0. */
  readonly restartEpochs: number;
  /** Factor by which each period is longer than the one before: T_mult. */
  readonly restartFactor: number;
  /** Factor that `exponential` and `step` apply to the rate every `decayEpochs`. */
  readonly decayRate: number;
  readonly decayEpochs: number;
  /** Factor that `plateau` applies to the rate. */
  readonly plateauFactor: number;
  /** Epochs without improvement that `plateau` tolerates. */
  readonly plateauPatience: number;
}

export interface SchedulePosition {
  /** Steps done so far in all epochs: 0 for the first step. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** `val_loss` of the epochs done so far. Only `plateau` uses it. */
  readonly validationLosses: readonly number[];
}

/** The learning rate of one step. Depends only on its arguments, so a resumed trial needs no scheduler state. */
export function learningRateAt(settings: ScheduleSettings, position: SchedulePosition): number {
  const { warmupEpochs, epochs } = settings;
  const { step, stepsPerEpoch } = position;
  const warmup = Math.round(warmupEpochs * stepsPerEpoch);
  const total = Math.max(Math.round(epochs * stepsPerEpoch) - warmup, 1);
  const rate = scheduled(settings, { ...position, step: Math.max(step - warmup, 0), total });
  return step < warmup ? (rate * (step + 1)) / (warmup + 1) : rate;
}

function scheduled(settings: ScheduleSettings, at: SchedulePosition & { readonly total: number }): number {
  const { schedule, learningRate: highest, minLearningRate: lowest, decayRate, decayEpochs } = settings;
  const { step, stepsPerEpoch, total } = at;
  const decays = step / (decayEpochs * stepsPerEpoch);
  switch (schedule) {
    case 'constant':
      return highest;
    case 'cosine':
      return between(lowest, highest, cosine(Math.min(step / total, 1)));
    case 'cosine_restarts': {
      const first = settings.restartEpochs * stepsPerEpoch;
      return between(lowest, highest, cosine(shareOfPeriod(step, first, settings.restartFactor)));
    }
    case 'one_cycle':
      return Math.max(lowest, highest * oneCycle(step, total));
    case 'exponential':
      return Math.max(lowest, highest * decayRate ** decays);
    case 'step':
      return Math.max(lowest, highest * decayRate ** Math.floor(decays + ROUNDING));
    case 'plateau': {
      const reductions = plateauReductions(at.validationLosses, settings.plateauPatience);
      return Math.max(lowest, highest * settings.plateauFactor ** reductions);
    }
    default:
      return unreachable(schedule);
  }
}

/** Added before rounding down, because a whole number of periods can come out slightly too low after division. */
const ROUNDING = 1e-9;

const between = (low: number, high: number, share: number): number => low + (high - low) * share;

/** Cosine annealing: falls from 1 to 0 while `share` goes from 0 to 1 (arXiv 1608.03983, equation 5). */
const cosine = (share: number): number => (1 + Math.cos(Math.PI * share)) / 2;

/** The elapsed share of the current period, where each period is `factor` times as long as the one before (arXiv 1608.03983). */
function shareOfPeriod(step: number, first: number, factor: number): number {
  let [start, length] = [0, first];
  if (factor === 1) return ((step + ROUNDING) % length) / length;
  while (step + ROUNDING >= start + length) {
    start += length;
    length *= factor;
  }
  return Math.max(step - start, 0) / length;
}

/**
 * The one-cycle policy (arXiv 1708.07120) with PyTorch's defaults: cosine annealing up from 1/25 to 1 in the first 30% of the
 * steps, then down to 1/250,000 at the last step.
 */
function oneCycle(step: number, total: number): number {
  const top = 0.3 * total - 1;
  const [start, end] = [1 / 25, 1 / 25 / 1e4];
  if (step <= top) return between(1, start, cosine(step / top));
  return between(end, 1, cosine(Math.min((step - top) / (total - 1 - top), 1)));
}
