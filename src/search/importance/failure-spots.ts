import { canonicalJson, type Params } from '../../core/parameters.js';

export interface TriedParams {
  readonly params: Params;
  readonly failed: boolean;
}

export interface Spot {
  readonly params: Params;
  readonly failed: number;
  readonly trials: number;
}

/**
 * Values of one parameter, or of two together, of which at least half of the trials failed: three or more, and at least twice the
 * share of all trials. What fails most often comes first, one value before a pair; failures that a spot explains do not count
 * for the next ones.
 */
export function failureSpots(trials: readonly TriedParams[], names: readonly string[]): Spot[] {
  const rate = trials.filter(({ failed }) => failed).length / Math.max(1, trials.length);
  const limit = Math.max(0.5, Math.min(1, 2 * rate));
  const isSpot = ({ failed, trials: all }: Spot): boolean => failed >= MIN_FAILURES && failed / all >= limit;
  const pairs = names.flatMap((a, index) => names.slice(index + 1).map((b) => [a, b]));
  const candidates = [...names.map((name) => [name]), ...pairs].flatMap((each) => spotsOf(trials, each).filter(isSpot));
  candidates.sort((a, b) => b.failed / b.trials - a.failed / a.trials);
  const spots: Spot[] = [];
  let left = trials;
  for (const { params } of candidates) {
    const has = (trial: TriedParams): boolean =>
      Object.entries(params).every(
        ([name, value]) => canonicalJson(trial.params[name] ?? null) === canonicalJson(value),
      );
    const inside = left.filter(has);
    const spot = { params, failed: inside.filter(({ failed }) => failed).length, trials: inside.length };
    if (!isSpot(spot)) continue;
    spots.push(spot);
    left = left.filter((trial) => !has(trial));
  }
  return spots.sort((a, b) => b.failed - a.failed).slice(0, MAX_SPOTS);
}

const MIN_FAILURES = 3;
const MAX_SPOTS = 5;

function spotsOf(trials: readonly TriedParams[], names: readonly string[]): Spot[] {
  const spots = new Map<string, { readonly params: Params; failed: number; trials: number }>();
  for (const { params, failed } of trials) {
    const values = Object.fromEntries(names.map((name) => [name, params[name] ?? null]));
    const key = canonicalJson(values);
    const spot = spots.get(key) ?? { params: values, failed: 0, trials: 0 };
    spot.trials += 1;
    spot.failed += failed ? 1 : 0;
    spots.set(key, spot);
  }
  return [...spots.values()];
}
