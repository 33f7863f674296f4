import type { ParamValue } from '../../core/parameters.js';
import { canonicalJson, includesValue } from '../../core/parameters.js';
import { allowedPoints, type IndexRule } from './allowed-points.js';
import type { Axis } from '../../core/space/distribution.js';
import type { ExcludeRule, SearchSpace } from '../../core/space/search-space.js';
import type { Support } from '../../core/space/support.js';

/** One value for each axis, in the order of the axes. */
export type Point = readonly ParamValue[];

/** Distinct points in a fixed order, each computed when it is asked for. */
export interface Points {
  /** How many there are: `Infinity` where they never run out. */
  readonly size: number;
  at(index: number): Point;
  /**
   * The place of a point among the first `limit`, `undefined` where it has none. Where no arithmetic answers that, the place
   * `hint` is looked at first and then, if `limit` is finite, every other of the first 100,000.
   */
  indexOf(point: Point, limit: number, hint?: number): number | undefined;
}

/** The `indexOf` of points that no arithmetic finds; `at` gives each of them. */
export function searchPlaces(at: (index: number) => Point): Points['indexOf'] {
  const places = new Map<string, number>();
  let searched = 0;
  return (point, limit, hint) => {
    const json = canonicalJson(point);
    if (hint !== undefined && hint < limit && canonicalJson(at(hint)) === json) return hint;
    if (!Number.isFinite(limit)) return undefined;
    while (searched < Math.min(limit, MAX_REMEMBERED)) places.set(canonicalJson(at(searched)), searched++);
    const place = places.get(json);
    return place !== undefined && place < limit ? place : undefined;
  };
}

/** Of an endless search only so many points are told apart. */
export const MAX_REMEMBERED = 100_000;

/** The allowed points of axes that can all be counted: the last axis turns fastest. */
export function countablePoints(supports: readonly Support[], rules: readonly IndexRule[]): Points {
  const allowed = allowedPoints(
    supports.map(({ size }) => size),
    rules,
  );
  return {
    size: allowed.count,
    at: (index) => allowed.at(index).map((value, axis) => supports[axis]!.at(value)),
    indexOf: (point) => allowed.rankOf(point.map((value, axis) => supports[axis]!.indexOf(value))),
  };
}

/**
 * Exclude rules in terms of axes: conditions on fixed settings are decided here, and a rule that can never strike is left
 * out. A rule without conditions left strikes every point.
 */
export function indexRules(
  { axes, exclude, fixed }: Pick<SearchSpace, 'axes' | 'exclude' | 'fixed'>,
  supports: readonly (Support | undefined)[],
): IndexRule[] {
  return exclude.flatMap((rule) => indexRule(rule, axes, fixed, supports) ?? []);
}

function indexRule(
  rule: ExcludeRule,
  axes: readonly Axis[],
  fixed: SearchSpace['fixed'],
  supports: readonly (Support | undefined)[],
): IndexRule | undefined {
  const conditions = new Map<number, ReadonlySet<number>>();
  for (const [name, values] of Object.entries(rule)) {
    const axis = axes.findIndex((candidate) => candidate.name === name);
    if (axis >= 0) {
      const indices = values.map((value) => supports[axis]?.indexOf(value) ?? -1).filter((index) => index >= 0);
      if (indices.length === 0) return undefined;
      conditions.set(axis, new Set(indices));
    } else if (!Object.hasOwn(fixed, name) || !includesValue(values, fixed[name]!)) {
      return undefined;
    }
  }
  return conditions;
}
