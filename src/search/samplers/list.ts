import { canonicalJson, type Params } from '../../core/parameters.js';
import { InputError } from '../../core/errors.js';
import { enumerateTrials } from '../enumeration.js';
import { indexRules, type Point } from '../points/points.js';
import { enumeratedSampler, type EnumeratedSampler, type SamplerOptions } from './sampler.js';

/**
 * The points of `sampling.points` in their order, each with every seed before the next. A point that leaves out an axis has the
 * trainer's default there. Repeats and excluded points are left out.
 *
 * @throws {InputError} POINT_INCOMPLETE for a point without a value on an axis that has no default
 */
export function listSampler({ space, supports, identity }: SamplerOptions): EnumeratedSampler {
  const rules = indexRules(space, supports);
  const isExcluded = (point: Point): boolean =>
    rules.some((rule) =>
      [...rule].every(([axis, indices]) => indices.has(supports[axis]?.indexOf(point[axis]!) ?? -1)),
    );
  const places = new Map<string, number>();
  const points: Point[] = [];
  for (const [index, listed] of (space.sampling?.points ?? []).entries()) {
    const point = space.axes.map(({ name }) => valueOf(name, listed, identity.defaults, index));
    const key = canonicalJson(point);
    if (places.has(key) || isExcluded(point)) continue;
    places.set(key, points.push(point) - 1);
  }
  return enumeratedSampler(
    enumerateTrials(
      {
        size: points.length,
        at: (index) => points[index]!,
        indexOf: (point, limit) => {
          const place = places.get(canonicalJson(point));
          return place !== undefined && place < limit ? place : undefined;
        },
      },
      { space, identity, seedOrder: 'seeds-innermost', originOf: (point) => `point ${point + 1} of the list` },
    ),
  );
}

function valueOf(name: string, listed: Params, defaults: Params, index: number): Point[number] {
  const value = Object.hasOwn(listed, name) ? listed[name] : Object.hasOwn(defaults, name) ? defaults[name] : undefined;
  if (value !== undefined) return value;
  throw new InputError('POINT_INCOMPLETE', `point ${index + 1} of the list has no value for ${name}`, {
    hint: `Add ${name} to the point: it has no default.`,
  });
}
