import type { ParamValue } from '../../core/parameters.js';
import type { Distribution } from '../../core/space/distribution.js';
import { supportOf } from '../../core/space/support.js';
import { modelAxis } from '../learning/model-axis.js';

/** An axis cut into cells, in each of which a model is constant. */
export interface Feature {
  /** Ordered cells are cut between neighbours, others in any way. */
  readonly isOrdered: boolean;
  /** The share of the axis that each cell has; they add up to 1. */
  readonly widths: readonly number[];
  /** The cell of each row. */
  readonly cells: readonly number[];
}

/**
 * The feature of an axis, given its value in each row. Each of listed values has a cell; a continuous axis is cut between the values
 * that were tried, into `MAX_CELLS` at most, and its length is that of its distribution.
 */
export function featureOf(distribution: Distribution, values: readonly ParamValue[]): Feature {
  const axis = modelAxis(distribution, supportOf(distribution, 'random'));
  const coordinates = values.map((value) => axis.coordinateOf(value) ?? 0);
  const { isOrdered, levels } = axis;
  if (levels !== undefined && levels.length <= MAX_CELLS) {
    const places = new Map(levels.map((level, index) => [level, index]));
    const cells = coordinates.map((coordinate) => places.get(coordinate) ?? 0);
    return { isOrdered, widths: levels.map(() => 1 / levels.length), cells };
  }
  const edges = edgesBetween(coordinates);
  const bounds = [0, ...edges, 1];
  return {
    isOrdered: true,
    widths: bounds.slice(1).map((bound, index) => bound - bounds[index]!),
    cells: coordinates.map((coordinate) => edges.filter((edge) => edge < coordinate).length),
  };
}

const MAX_CELLS = 32;

/** Places in the middle between different coordinates, at most `MAX_CELLS` - 1, with about as many rows between any two. */
function edgesBetween(coordinates: readonly number[]): number[] {
  const sorted = [...new Set(coordinates)].sort((a, b) => a - b);
  const middles = sorted.slice(1).map((coordinate, index) => (coordinate + sorted[index]!) / 2);
  if (middles.length < MAX_CELLS) return middles;
  return Array.from(
    { length: MAX_CELLS - 1 },
    (_, index) => middles[Math.floor(((index + 1) * middles.length) / MAX_CELLS)]!,
  );
}
