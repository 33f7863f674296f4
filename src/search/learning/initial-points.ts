import type { Params } from '../../core/parameters.js';
import { isFound } from '../../core/space/distribution.js';
import type { SearchSpace } from '../../core/space/search-space.js';
import { sobolSequence } from '../points/sobol/sobol-sequence.js';
import type { Domain, ModelPoint } from './domain.js';
import type { Choice, Progress } from './learning-sampler.js';
import { someNewPoint } from './new-points.js';

/** Points tried before there is a model: the trainer's defaults, then points of a scrambled Sobol sequence. */
export function initialPoints(
  { axes, seed }: Pick<SearchSpace, 'axes' | 'seed'>,
  domain: Domain,
  defaults: Params,
): (progress: Progress) => Choice {
  const sobol = sobolSequence(domain.names, seed);
  const first = defaultPoint(axes, domain, defaults);
  const isDefault = axes.some(({ name }) => Object.hasOwn(defaults, name));
  return (progress) => {
    const { tried, isNew } = progress;
    if (tried.length === 0 && isNew(first)) {
      return { point: first, origin: isDefault ? "the trainer's defaults" : 'the middle of the space' };
    }
    for (let number = 0; number < tried.length + MAX_SKIPPED; number++) {
      const shares = sobol(number);
      const point = domain.axes.map(({ coordinateAt }, axis) => coordinateAt(shares[axis]!));
      if (isNew(point)) return { point, origin: `Sobol point ${number + 1}` };
    }
    return { point: someNewPoint(progress, seed), origin: 'a random point' };
  };
}

const MAX_SKIPPED = 100;

/** The point nearest to the defaults. An axis without one has its middle, or its first value where values have no order. */
function defaultPoint(axes: SearchSpace['axes'], domain: Domain, defaults: Params): ModelPoint {
  return axes.map(({ name, distribution }, index) => {
    const { isOrdered, coordinateOf, snap } = domain.axes[index]!;
    const value = isFound(distribution) ? 1 : defaults[name];
    const coordinate = value === undefined ? undefined : coordinateOf(value);
    return snap(coordinate ?? (isOrdered ? 0.5 : 0));
  });
}
