import type { Params, ParamValue } from '../core/parameters.js';
import { bounds, isFound, type Axis } from '../core/space/distribution.js';
import type { Support } from '../core/space/support.js';
import { pointOf } from './trial-maker.js';
import { indexRules } from './points/points.js';
import type { SamplerOptions } from './samplers/sampler.js';

/** Whether a search space declares the trial with these parameters (left out where they equal the trainer's default) and seed. */
export type Declares = (params: Params, seed: number) => boolean;

/** Checks a trial against the axes, fixed settings, rules, seeds and folds of a space; not against the order of its trials. */
export function declaredIn({
  space,
  supports,
  identity: { defaults },
  centres,
}: Pick<SamplerOptions, 'space' | 'supports' | 'identity' | 'centres'>): Declares {
  const { axes, fixed, seeds, folds } = space;
  const rules = indexRules(space, supports);

  const hasFold = (fold: ParamValue | undefined): boolean =>
    folds === undefined ? fold === undefined : typeof fold === 'number' && fold >= 0 && fold < folds;

  const isExcluded = (point: readonly ParamValue[]): boolean =>
    rules.some((rule) =>
      [...rule].every(([axis, indices]) => indices.has(supports[axis]?.indexOf(point[axis]!) ?? -1)),
    );

  /** The value as the axis has it: a factor of what a test has found. */
  function asFactor({ distribution }: Axis, value: ParamValue, params: Params): ParamValue {
    if (!isFound(distribution) || typeof value !== 'number') return value;
    const { per } = distribution;
    const centre = centres.get(params[per] ?? fixed[per] ?? defaults[per] ?? null);
    return centre === undefined ? value : value / centre;
  }

  return (params, seed) => {
    const { fold, ...others } = params;
    if (!seeds.includes(seed) || !hasFold(folds === undefined ? undefined : fold)) return false;
    const values = pointOf(folds === undefined ? params : others, space, defaults);
    const point = values?.map((value, axis) => asFactor(axes[axis]!, value, params));
    return (
      point !== undefined &&
      point.every((value, axis) => hasValue(axes[axis]!, supports[axis], value)) &&
      !isExcluded(point)
    );
  };
}

function hasValue({ distribution }: Axis, support: Support | undefined, value: ParamValue): boolean {
  if (support !== undefined && !isFound(distribution)) return support.indexOf(value) >= 0;
  // The value is unknown until a test has found the centre.
  if (isFound(distribution) && value === null) return true;
  if (typeof value !== 'number' || 'values' in distribution) return false;
  // Multiplying and dividing by a centre, and exponents of bounds, leave a difference in the last digits.
  const [low, high] = bounds(distribution);
  const slack = ROUNDING * Math.max(Math.abs(low), Math.abs(high));
  return value >= low - slack && value <= high + slack;
}

/** Relative: values around what a test has found are rounded to three digits. */
const ROUNDING = 5e-3;
