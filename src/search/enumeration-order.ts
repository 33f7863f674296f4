/** Splits a position into a point, a seed and a fold, each counted from 0. */
export interface EnumerationOrder {
  split(position: number): [point: number, seedIndex: number, fold: number];
  join(point: number, seedIndex: number, fold: number): number;
}

/**
 * - `seeds-outermost`: every point with the first seed, then every point with the second
 * - `seeds-innermost`: the first point with every seed, then the second point
 */
export type SeedOrder = 'seeds-outermost' | 'seeds-innermost';

/** The folds of one point and one seed are always consecutive. */
export function enumerationOrder(
  seedOrder: SeedOrder,
  { points, seeds, folds }: { readonly points: number; readonly seeds: number; readonly folds: number },
): EnumerationOrder {
  const { split, join } = seedOrder === 'seeds-outermost' ? seedsOutermost(points) : seedsInnermost(seeds);
  return {
    split: (position) => [...split(Math.floor(position / folds)), position % folds],
    join: (point, seedIndex, fold) => join(point, seedIndex) * folds + fold,
  };
}

interface PointsAndSeeds {
  readonly split: (position: number) => [point: number, seedIndex: number];
  readonly join: (point: number, seedIndex: number) => number;
}

const seedsOutermost = (points: number): PointsAndSeeds => ({
  split: (position) => [position % points, Math.floor(position / points)],
  join: (point, seedIndex) => seedIndex * points + point,
});

const seedsInnermost = (seeds: number): PointsAndSeeds => ({
  split: (position) => [Math.floor(position / seeds), position % seeds],
  join: (point, seedIndex) => point * seeds + seedIndex,
});
