import type { ParamValue } from '../../core/parameters.js';
import { canonicalJson, includesValue } from '../../core/parameters.js';
import { allowedPoints, type IndexRule } from './allowed-points.js';
import type { Axis } from '../../core/space/distribution.js';
import type { ExcludeRule, SearchSpace } from '../../core/space/search-space.js';
import type { Support } from '../../core/space/support.js';

/** One value for each axis, in the order of the axes. */
export type Point = readonly ParamValue[];

/** Distinct points in a fixed order, each computed on request. */
export interface Points {
  /** Number of points; `Infinity` for an endless search. */
  readonly size: number;
  at(index: number): Point;
  /**
   * The place of a point among the first `limit`; `undefined` if it is not there. If it cannot be computed, place `hint` is
   * checked first and then, if `limit` is finite, the first 100,000 places.
   */
  indexOf(point: Point, limit: number, hint?: number): number | undefined;
}

/** An `indexOf` that searches, for points whose place cannot be computed; `at` returns each of them. */
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

/** An endless search checks this many points for repeats. */
export const MAX_REMEMBERED = 100_000;

/** The allowed points of axes that all have a finite number of values. The last axis varies fastest. */
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
 * Exclude rules in terms of axes. Conditions on fixed settings are evaluated here, and a rule that can never match is left out.
 * A rule without remaining conditions matches every point.
 */
export function indexRules(
  { axes, exclude, fixed }: Pick<SearchSpace, 'axes' | 'exclude' | 'fixed'>,
  supports: readonly (Support | undefined)[],
): IndexRule[] {
  return exclude.flatMap((rule) => indexRule(rule, axes, fixed, supports) ?? []);
}

/** Whether a rule excludes a point, given by its values or, on the axis with a `find`, its factor. */
export function exclusion(
  rules: readonly IndexRule[],
  supports: readonly (Support | undefined)[],
): (point: Point) => boolean {
  return (point) =>
    rules.some((rule) =>
      [...rule].every(([axis, indices]) => indices.has(supports[axis]?.indexOf(point[axis]!) ?? -1)),
    );
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
