import type { Observation } from '../../core/trial/observation.js';
import type { TrialSpec } from '../../core/trial/trial.js';
import { centring } from '../points/centred-points.js';
import type { Point } from '../points/points.js';
import type { Sampler, SamplerOptions } from '../samplers/sampler.js';
import { trialMaker } from '../trial-maker.js';
import { domainOf, keyOfPoint, type Domain, type ModelPoint } from './domain.js';
import { historyReader, type TriedPoint } from './tried-points.js';

/** What has been tried so far. */
export interface Progress {
  readonly domain: Domain;
  /** In the order in which the first trials of the points were committed. */
  readonly tried: readonly TriedPoint[];
  /** Whether a point is allowed and not tried yet. */
  readonly isNew: (point: ModelPoint) => boolean;
}

export interface Choice {
  readonly point: ModelPoint;
  /** See `TrialSpec.origin`. */
  readonly origin: string;
}

/** Chooses the next point, which has to be new. It is asked only while there is one. A pure function of the progress. */
export type Choose = (progress: Progress) => Choice;

/**
 * A sampler that chooses one point after the other from what is known of the earlier ones. A point is tried with every seed and
 * every fold before the next, and trials that a crash left out are proposed first.
 *
 * @param makeChooser - called once, with the points that may be proposed
 */
export function learningSampler(options: SamplerOptions, makeChooser: (domain: Domain) => Choose): Sampler {
  const { space, supports, identity, centres, goal } = options;
  const { seeds, folds, runCap = Infinity } = space;
  const domain = domainOf(space, supports);
  const { centred, factored } = centring(space, { defaults: identity.defaults, centres });
  const readHistory = historyReader(space, { identity, goal, domain, factored });
  const trialOf = trialMaker(space, identity);
  const choose = makeChooser(domain);
  const repeats = seeds.flatMap((seed) => Array.from({ length: folds ?? 1 }, (_, fold) => ({ seed, fold })));

  /** The trials of a point, `index` points after the first one. */
  const trialsOf = (values: Point, index: number, origin: string): TrialSpec[] =>
    repeats.map((repeat, place) => trialOf(values, { ...repeat, position: index * repeats.length + place, origin }));

  function propose(history: readonly Observation[], count: number): TrialSpec[] {
    const { tried, trials } = readHistory(history);
    const known = new Set(history.map(({ key }) => key));
    const positions = new Set(trials.map(({ position }) => position));
    const wanted = Math.min(count, runCap - trials.length);
    const proposed: TrialSpec[] = [];
    const add = (candidates: readonly TrialSpec[]): void => {
      for (const trial of candidates) {
        if (proposed.length >= wanted || known.has(trial.key)) continue;
        known.add(trial.key);
        const position = positions.has(trial.position) ? lastOf(positions) + 1 : trial.position;
        positions.add(position);
        proposed.push({ ...trial, position });
      }
    };
    let left = domain.size;
    tried.forEach(({ point, values, trial, trials: done }, index) => {
      if (!domain.isAllowed(point)) return;
      left -= 1;
      if (done < repeats.length) add(trialsOf(values, index, `the point of trial ${trial}`));
    });
    const all = [...tried];
    const keys = new Set(tried.map(({ key }) => key));
    const isNew = (point: ModelPoint): boolean => !keys.has(keyOfPoint(point)) && domain.isAllowed(point);
    for (; proposed.length < wanted && left > 0; left--) {
      const { point, origin } = choose({ domain, tried: all, isNew });
      const values = centred(domain.valuesOf(point));
      add(trialsOf(values, all.length, origin));
      const key = keyOfPoint(point);
      const outcome = { status: 'open', value: undefined, seconds: undefined } as const;
      all.push({ point, key, values, ...outcome, trial: undefined, trials: repeats.length });
      keys.add(key);
    }
    return proposed;
  }

  return { declared: domain.size * repeats.length, propose };
}

const lastOf = (positions: ReadonlySet<number>): number => {
  let last = 0;
  for (const position of positions) last = Math.max(last, position);
  return last;
};
