import { InputError } from '../../core/errors.js';
import { countablePoints, indexRules } from '../points/points.js';
import { pointsSampler, type EnumeratedSampler, type SamplerOptions } from './sampler.js';

/**
 * Every combination once, in odometer order: the last axis in the file varies fastest, the seeds slowest. Throws an `InputError` (`TOO_MANY_POINTS`) for more than 2^53 - 1 points.
 */
export function gridSampler(options: SamplerOptions): EnumeratedSampler {
  const { space, supports } = options;
  const countable = supports.filter((support) => support !== undefined);
  const points = countable.reduce((product, { size }) => product * size, space.seeds.length * (space.folds ?? 1));
  if (points > Number.MAX_SAFE_INTEGER) throw tooManyPoints(points, { space, supports });
  const allowed = countablePoints(countable, indexRules(space, supports));
  return pointsSampler(allowed, options, { seedOrder: 'seeds-outermost' });
}

function tooManyPoints(points: number, { space, supports }: Pick<SamplerOptions, 'space' | 'supports'>): InputError {
  const sizes = space.axes.map(({ name }, axis) => ({ name, size: supports[axis]?.size ?? Infinity }));
  const factors = sizes.filter(({ size }) => size > 1).map(({ name, size }) => `${name} ${size}`);
  return new InputError(
    'TOO_MANY_POINTS',
    `the grid has about ${points.toPrecision(2)} points: ${factors.join(' x ')}`,
    { hint: 'Give these axes fewer values, or try some of the points with `method: random` and a `run_cap`.' },
  );
}
