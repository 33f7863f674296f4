import type { Params, ParamValue } from '../core/parameters.js';
import { bounds, isFound, type Axis } from '../core/space/distribution.js';
import type { Support } from '../core/space/support.js';
import { centring } from './points/centred-points.js';
import { exclusion, indexRules } from './points/points.js';
import type { SamplerOptions } from './samplers/sampler.js';
import { pointOf } from './trial-maker.js';

/** Whether a search space declares the trial with these parameters (left out where they equal the trainer's default) and seed. */
export type Declares = (params: Params, seed: number) => boolean;

/** Checks a trial against the axes, fixed settings, rules, seeds and folds of a space; not against the order of its trials. */
export function declaredIn({
  space,
  supports,
  identity: { defaults },
  centres,
}: Pick<SamplerOptions, 'space' | 'supports' | 'identity' | 'centres'>): Declares {
  const { axes, seeds, folds } = space;
  const isExcluded = exclusion(indexRules(space, supports), supports);
  const { factored } = centring(space, { defaults, centres });
  const found = axes.findIndex(({ distribution }) => isFound(distribution));

  const hasFold = (fold: ParamValue | undefined): boolean =>
    folds === undefined || (typeof fold === 'number' && Number.isInteger(fold) && fold >= 0 && fold < folds);

  return (params, seed) => {
    const { fold, ...others } = params;
    const values = pointOf(folds === undefined ? params : others, space, defaults);
    if (values === undefined || !seeds.includes(seed) || !hasFold(fold)) return false;
    // A value is null until a test has found the centre of its axis.
    const isUnknown = values[found] === null;
    const point = isUnknown ? values : factored(values);
    return (
      point !== undefined &&
      point.every((value, axis) => (isUnknown && axis === found) || hasValue(axes[axis]!, supports[axis], value)) &&
      !isExcluded(point)
    );
  };
}

function hasValue({ distribution }: Axis, support: Support | undefined, value: ParamValue): boolean {
  if (support !== undefined) return support.indexOf(value) >= 0;
  // Axes without a support are continuous; those of listed factors have only factors here.
  if (typeof value !== 'number' || 'values' in distribution) return false;
  const [low, high] = bounds(distribution);
  const slack = ROUNDING * Math.max(Math.abs(low), Math.abs(high));
  return value >= low - slack && value <= high + slack;
}

/** Relative: exponents of bounds, and quotients of values by their centre, differ in the last digits. */
const ROUNDING = 1e-9;
