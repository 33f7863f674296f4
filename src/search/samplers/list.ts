import { canonicalJson, type Params } from '../../core/parameters.js';
import { InputError } from '../../core/errors.js';
import { exclusion, indexRules, type Point } from '../points/points.js';
import { pointsSampler, type EnumeratedSampler, type SamplerOptions } from './sampler.js';

/**
 * The points of `sampling.points` in their order, each with every seed before the next. A point that leaves out an axis has the
 * trainer's default there. Repeats and excluded points are left out.
 *
 * @throws {InputError} POINT_INCOMPLETE for a point without a value on an axis that has no default
 */
export function listSampler(options: SamplerOptions): EnumeratedSampler {
  const { space, supports, identity } = options;
  const isExcluded = exclusion(indexRules(space, supports), supports);
  const places = new Map<string, number>();
  const points: Point[] = [];
  for (const [index, written] of (space.sampling?.points ?? []).entries()) {
    const point = space.axes.map(({ name }) => valueOf(name, written, identity.defaults, index));
    const key = canonicalJson(point);
    if (places.has(key) || isExcluded(point)) continue;
    places.set(key, points.push(point) - 1);
  }
  const listed = {
    size: points.length,
    at: (index: number): Point => points[index]!,
    indexOf: (point: Point, limit: number): number | undefined => {
      const place = places.get(canonicalJson(point));
      return place !== undefined && place < limit ? place : undefined;
    },
  };
  return pointsSampler(listed, options, {
    seedOrder: 'seeds-innermost',
    originOf: (point) => `point ${point + 1} of the list`,
  });
}

function valueOf(name: string, listed: Params, defaults: Params, index: number): Point[number] {
  const value = Object.hasOwn(listed, name) ? listed[name] : Object.hasOwn(defaults, name) ? defaults[name] : undefined;
  if (value !== undefined) return value;
  throw new InputError('POINT_INCOMPLETE', `point ${index + 1} of the list has no value for ${name}`, {
    hint: `Add ${name} to the point: it has no default.`,
  });
}
