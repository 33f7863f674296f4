import type { Params, ParamValue } from '../../core/parameters.js';
import type { SearchSpace } from '../../core/space/search-space.js';
import { isFound } from '../../core/space/distribution.js';
import { searchPlaces, type Point, type Points } from './points.js';

/** The centre of the axis for each value of the parameter that the test is repeated for. */
export type Centres = ReadonlyMap<ParamValue, number>;

/** What decides the values of an axis with a `find`. */
export interface CentringOptions {
  readonly defaults: Params;
  readonly centres: Centres;
}

/** Both directions between a factor and a value, in the place of the axis with a `find`. Other axes stay as they are. */
export interface Centring {
  /** The point with its value in place of the factor; null while the centre is unknown. */
  readonly centred: (point: Point) => Point;
  /** The point with its factor in place of the value; `undefined` where the axis has no such factor. */
  readonly factored: (point: Point) => Point | undefined;
}

/**
 * Values are `factor * centre`; those of listed factors are rounded to three digits, which is more than a test can resolve.
 */
export function centring(
  { axes, fixed }: Pick<SearchSpace, 'axes' | 'fixed'>,
  { defaults, centres }: CentringOptions,
): Centring {
  const place = axes.findIndex(({ distribution }) => isFound(distribution));
  const distribution = axes[place]?.distribution;
  if (distribution === undefined || !isFound(distribution)) return { centred: same, factored: same };
  const { per } = distribution;
  const perPlace = axes.findIndex(({ name }) => name === per);
  const centreOf = (point: Point): number | undefined =>
    centres.get((perPlace >= 0 ? point[perPlace] : (fixed[per] ?? defaults[per])) ?? null);
  const valueOf = (factor: number, centre: number): number =>
    distribution.kind === 'found_values' ? Number((factor * centre).toPrecision(3)) : factor * centre;
  const factorOf = (value: ParamValue | undefined, centre: number): number | undefined => {
    if (distribution.kind === 'found_range') return typeof value === 'number' ? value / centre : undefined;
    return distribution.factors.find((candidate) => valueOf(candidate, centre) === value);
  };
  return {
    centred: (point) => {
      const centre = centreOf(point);
      return point.with(place, centre === undefined ? null : valueOf(point[place] as number, centre));
    },
    factored: (point) => {
      const centre = centreOf(point);
      const factor = centre === undefined ? undefined : factorOf(point[place], centre);
      return factor === undefined ? undefined : point.with(place, factor);
    },
  };
}

const same = (point: Point): Point => point;

/** Points with factors replaced by values, see `centring`. */
export function centredPoints(
  points: Points,
  space: Pick<SearchSpace, 'axes' | 'fixed'>,
  options: CentringOptions,
): Points {
  const found = space.axes.find(({ distribution }) => isFound(distribution))?.distribution;
  if (found === undefined) return points;
  const { centred, factored } = centring(space, options);
  const at = (index: number): Point => centred(points.at(index));
  // A quotient does not give back every factor to the last bit.
  if (found.kind === 'found_range') return { size: points.size, at, indexOf: searchPlaces(at) };
  return {
    size: points.size,
    at,
    indexOf: (point, limit, hint) => {
      const factors = factored(point);
      return factors === undefined ? undefined : points.indexOf(factors, limit, hint);
    },
  };
}
