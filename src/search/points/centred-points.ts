import type { Params, ParamValue } from '../../core/parameters.js';
import type { SearchSpace } from '../../core/space/search-space.js';
import { isFound } from '../../core/space/distribution.js';
import { searchPlaces, type Point, type Points } from './points.js';

/** The centre of the axis for each value of the parameter that the test is repeated for. */
export type Centres = ReadonlyMap<ParamValue, number>;

/**
 * Points with factors replaced by values, `factor * centre`; in a grid rounded to three digits, which is more than a test can
 * resolve. The value is null while the centre is unknown. Other axes stay as they are.
 */
export function centredPoints(
  points: Points,
  { axes, fixed }: Pick<SearchSpace, 'axes' | 'fixed'>,
  { defaults, centres }: { readonly defaults: Params; readonly centres: Centres },
): Points {
  const place = axes.findIndex(({ distribution }) => isFound(distribution));
  const distribution = axes[place]?.distribution;
  if (distribution === undefined || !isFound(distribution)) return points;
  const { per } = distribution;
  const perPlace = axes.findIndex(({ name }) => name === per);
  const centreOf = (point: Point): number | undefined =>
    centres.get((perPlace >= 0 ? point[perPlace] : (fixed[per] ?? defaults[per])) ?? null);
  const valueOf = (factor: number, centre: number): number =>
    distribution.kind === 'found_values' ? Number((factor * centre).toPrecision(3)) : factor * centre;

  function at(index: number): Point {
    const point = points.at(index);
    const centre = centreOf(point);
    return point.with(place, centre === undefined ? null : valueOf(point[place] as number, centre));
  }

  if (distribution.kind === 'found_range') return { size: points.size, at, indexOf: searchPlaces(at) };
  return {
    size: points.size,
    at,
    indexOf: (point, limit, hint) => {
      const centre = centreOf(point);
      const factor = distribution.factors.find(
        (candidate) => centre !== undefined && valueOf(candidate, centre) === point[place],
      );
      return factor === undefined ? undefined : points.indexOf(point.with(place, factor), limit, hint);
    },
  };
}
