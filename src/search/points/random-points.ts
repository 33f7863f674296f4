import { InputError } from '../../core/errors.js';
import { seededRandom } from '../../core/random.js';
import type { IndexRule } from './allowed-points.js';
import type { Axis } from '../../core/space/distribution.js';
import { draw } from './draw.js';
import { countablePoints, MAX_REMEMBERED, searchPlaces, type Point, type Points } from './points.js';
import { seededShuffle } from './shuffle.js';
import type { Support } from '../../core/space/support.js';

/**
 * The points of a random search, without repeats. Each axis has its own random stream, so that adding, removing or moving an
 * axis does not change the values of the others. There are three cases:
 *
 * - If every value of every axis is equally likely: a shuffle of the allowed points, each computed on request.
 * - If some values are likelier (probabilities, rounded distributions): points are drawn one after the other, remembered, and
 *   skipped when they repeat. After a thousand repeats in a row the remaining points follow in shuffled order. With more than
 *   100,000 points the search is endless, and remembers the first 100,000.
 * - With a continuous axis: the search is endless, and every point is drawn independently. Its 53 bits do not repeat.
 */
export function randomPoints(
  axes: readonly Axis[],
  supports: readonly (Support | undefined)[],
  rules: readonly IndexRule[],
  seed: number,
): Points {
  const countable = supports.filter((support) => support !== undefined);
  const combinations = countable.reduce((product, { size }) => product * size, 1);
  if (countable.length < axes.length || combinations > MAX_COUNTABLE) {
    return independentPoints(axes, supports, rules, seed);
  }
  const points = countablePoints(countable, rules);
  if (axes.every(isEven)) return shuffledPoints(points, seed);
  return distinctPoints(points, axes, independentPoints(axes, supports, rules, seed), seed);
}

const LABEL = 'random-search';
const MAX_COUNTABLE = 2 ** 52;
const MAX_DRAWS = 1_000;

/** Whether all values of an axis are equally likely. */
const isEven = ({ distribution: { kind } }: Axis): boolean => kind === 'categorical' || kind === 'int_uniform';

function shuffledPoints(points: Points, seed: number): Points {
  const shuffle = seededShuffle(points.size, seed, LABEL);
  return {
    size: points.size,
    at: (index) => points.at(shuffle.at(index)),
    indexOf: (point, limit) => {
      const rank = points.indexOf(point, points.size);
      return rank === undefined ? undefined : below(limit, shuffle.placeOf(rank));
    },
  };
}

/** `beyond` has the points that follow the remembered ones. */
function distinctPoints(points: Points, axes: readonly Axis[], beyond: Points, seed: number): Points {
  const shuffle = seededShuffle(points.size, seed, LABEL);
  const remembered = Math.min(points.size, MAX_REMEMBERED);
  const ranks: number[] = [];
  const places = new Map<number, number>();
  let draws = 0;
  let shuffled = 0;
  let repeats = 0;

  function nextCandidate(): number | undefined {
    if (repeats === MAX_DRAWS) return shuffle.at(shuffled++);
    return points.indexOf(drawPoint(axes, seed, draws++), points.size);
  }

  function extendTo(length: number): void {
    while (ranks.length < Math.min(length, remembered)) {
      const rank = nextCandidate();
      if (rank === undefined || places.has(rank)) {
        repeats = Math.min(repeats + 1, MAX_DRAWS);
      } else {
        places.set(rank, ranks.push(rank) - 1);
        if (repeats < MAX_DRAWS) repeats = 0;
      }
    }
  }

  return {
    size: points.size === remembered ? remembered : Infinity,
    at: (index) => {
      if (index >= remembered) return beyond.at(index);
      extendTo(index + 1);
      return points.at(ranks[index]!);
    },
    indexOf: (point, limit, hint = -1) => {
      const rank = points.indexOf(point, points.size);
      if (rank === undefined) return undefined;
      extendTo(Math.min(hint + 1, limit));
      if (!places.has(rank) && Number.isFinite(limit)) extendTo(limit);
      return below(limit, places.get(rank)) ?? (hint >= remembered ? beyond.indexOf(point, limit, hint) : undefined);
    },
  };
}

function independentPoints(
  axes: readonly Axis[],
  supports: readonly (Support | undefined)[],
  rules: readonly IndexRule[],
  seed: number,
): Points {
  const isExcluded = (point: Point): boolean =>
    rules.some((rule) => [...rule].every(([axis, indices]) => indices.has(supports[axis]!.indexOf(point[axis]!))));

  function at(index: number): Point {
    for (let attempt = 0; attempt < MAX_DRAWS; attempt++) {
      const point = drawPoint(axes, seed, index, attempt);
      if (!isExcluded(point)) return point;
    }
    throw new InputError('EXCLUDE_LEAVES_TOO_LITTLE', `${MAX_DRAWS} random draws in a row were excluded`, {
      hint: 'Take the excluded values off their axes, or exclude less.',
    });
  }

  return { size: rules.some((rule) => rule.size === 0) ? 0 : Infinity, at, indexOf: searchPlaces(at) };
}

/** `labels` identify a draw: its number and, if it was repeated, the attempt. */
function drawPoint(axes: readonly Axis[], seed: number, ...labels: readonly number[]): Point {
  return axes.map(({ name, distribution }) => draw(distribution, seededRandom(seed, LABEL, ...labels, name)));
}

const below = (limit: number, place: number | undefined): number | undefined =>
  place !== undefined && place < limit ? place : undefined;
