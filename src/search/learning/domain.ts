import type { Support } from '../../core/space/support.js';
import type { SearchSpace } from '../../core/space/search-space.js';
import { countablePoints, exclusion, indexRules, type Point, type Points } from '../points/points.js';
import { modelAxis, type ModelAxis } from './model-axis.js';

/** A point as models see it: a coordinate for each axis. */
export type ModelPoint = readonly number[];

/** The points that a sampler may propose. */
export interface Domain {
  readonly names: readonly string[];
  readonly axes: readonly ModelAxis[];
  /** Number of allowed points; `Infinity` where they cannot be counted. */
  readonly size: number;
  /** All allowed points, each computed on request; `undefined` where they cannot be counted. */
  readonly points: Points | undefined;
  readonly valuesOf: (point: ModelPoint) => Point;
  /** `undefined` for a point with a value that an axis does not have. */
  readonly pointOf: (values: Point) => ModelPoint | undefined;
  /** Whether no rule excludes the point. */
  readonly isAllowed: (point: ModelPoint) => boolean;
}

/** Identifies a point in a set or a map. */
export const keyOfPoint = (point: ModelPoint): string => point.join(' ');

/** Throws an `InputError` (`EXCLUDE_TOO_COMPLEX`) for rules that cannot be counted. */
export function domainOf(space: SearchSpace, supports: readonly (Support | undefined)[]): Domain {
  const axes = space.axes.map(({ distribution }, axis) => modelAxis(distribution, supports[axis]));
  const rules = indexRules(space, supports);
  const combinations = supports.reduce((product, support) => product * (support?.size ?? Infinity), 1);
  const points =
    combinations <= MAX_COUNTABLE
      ? countablePoints(
          supports.filter((each) => each !== undefined),
          rules,
        )
      : undefined;
  const isExcluded = exclusion(rules, supports);
  const valuesOf = (point: ModelPoint): Point => axes.map(({ valueAt }, axis) => valueAt(point[axis]!));
  const isEmpty = rules.some((rule) => rule.size === 0);
  return {
    names: space.axes.map(({ name }) => name),
    axes,
    size: points?.size ?? (isEmpty ? 0 : Infinity),
    points,
    valuesOf,
    pointOf: (values) => {
      const coordinates = axes.map(({ coordinateOf }, axis) => coordinateOf(values[axis]!));
      return coordinates.every((coordinate) => coordinate !== undefined) ? coordinates : undefined;
    },
    isAllowed: (point) => rules.length === 0 || !isExcluded(valuesOf(point)),
  };
}

const MAX_COUNTABLE = 2 ** 52;
