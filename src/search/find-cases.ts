import type { Params, ParamValue } from '../core/parameters.js';
import { seededRandom } from '../core/random.js';
import type { SearchSpace } from '../core/space/search-space.js';
import { isFound, type Axis } from '../core/space/distribution.js';
import { draw } from './points/draw.js';
import { firstTrials, planTrials } from './plan.js';
import { supportOf } from '../core/space/support.js';

/** One run of a learning-rate test: a value of the parameter that it is repeated for, and all other settings. */
export interface FindCase {
  readonly value: ParamValue;
  /** Without the parameter with `find`. */
  readonly params: Params;
  readonly seed: number;
}

/**
 * One case for each value of `per` in the sweep's trials. The other parameters have their first values, or the first ones that no
 * rule excludes; a continuous axis has a value drawn by the sweep's seed. Without an axis `per` there is one case, for its
 * fixed value or the trainer's default.
 */
export function findCases(
  definition: SearchSpace,
  { parameter, per }: { readonly parameter: string; readonly per: string },
  defaults: Params,
): FindCase[] {
  const { axes, fixed, seed } = definition;
  const others = axes.filter(({ name, distribution }) => name !== per && name !== parameter && !isFound(distribution));
  const countable = others.map((axis) => withFirstValues(axis, seed));
  const settings = Object.fromEntries(Object.entries(fixed).filter(([name]) => name !== parameter));
  return valuesOf(per, definition, defaults).flatMap((value) => {
    const held = { ...definition, axes: countable, fixed: { ...settings, [per]: value }, method: 'grid' } as const;
    const plan = planTrials({ ...held, runCap: 1 }, { fingerprint: '', trainerVersion: '', defaults });
    return firstTrials(plan, 1).map((trial) => ({ value, params: trial.params, seed: trial.seed }));
  });
}

function valuesOf(name: string, { axes, fixed }: SearchSpace, defaults: Params): readonly ParamValue[] {
  const distribution = axes.find((axis) => axis.name === name)?.distribution;
  if (distribution && 'values' in distribution) return distribution.values;
  return [fixed[name] ?? defaults[name] ?? null];
}

/** The axis with a finite list of values, as in a grid. */
function withFirstValues({ name, distribution }: Axis, seed: number): Axis {
  if ('values' in distribution) return { name, distribution: { kind: 'categorical', values: distribution.values } };
  if (supportOf(distribution, 'grid') !== undefined) return { name, distribution };
  const value = draw(distribution, seededRandom(seed, 'find', name));
  return { name, distribution: { kind: 'categorical', values: [value] } };
}
