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
  const isShuffled = axes.every(isEven) && combinationsOf(supports) <= MAX_COUNTABLE;
  if (isShuffled) return shuffledPoints(countablePoints(supports.filter(isCountable), rules), seed);
  return drawnPoints(supports, rules, { seed, draw: randomDraws(axes, seed) });
}

/** Gives the point of a draw with a number. Where the point is excluded, further attempts at it follow, from 1. */
export type Draws = (number: number, attempt?: number) => Point;

/** Independent random draws. */
export const randomDraws =
  (axes: readonly Axis[], seed: number): Draws =>
  (number, attempt) => {
    const labels = attempt === undefined ? [number] : [number, attempt];
    return axes.map(({ name, distribution }) => draw(distribution, seededRandom(seed, LABEL, ...labels, name)));
  };

/**
 * Points drawn one after the other, each from its number. Repeats are left out if all axes are countable; see `randomPoints`.
 */
export function drawnPoints(
  supports: readonly (Support | undefined)[],
  rules: readonly IndexRule[],
  { seed, draw }: { readonly seed: number; readonly draw: Draws },
): Points {
  const independent = independentPoints(supports, rules, draw);
  if (combinationsOf(supports) > MAX_COUNTABLE) return independent;
  const points = countablePoints(supports.filter(isCountable), rules);
  return distinctPoints(points, draw, independent, seed);
}

/** Number of combinations of the axes' values; `Infinity` with a continuous axis. */
const combinationsOf = (supports: readonly (Support | undefined)[]): number =>
  supports.reduce((product, support) => product * (support?.size ?? Infinity), 1);

const isCountable = (support: Support | undefined): support is Support => support !== undefined;

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
function distinctPoints(points: Points, draws: Draws, beyond: Points, seed: number): Points {
  const shuffle = seededShuffle(points.size, seed, LABEL);
  const remembered = Math.min(points.size, MAX_REMEMBERED);
  const ranks: number[] = [];
  const places = new Map<number, number>();
  let drawn = 0;
  let shuffled = 0;
  let repeats = 0;

  function nextCandidate(): number | undefined {
    if (repeats === MAX_DRAWS) return shuffle.at(shuffled++);
    return points.indexOf(draws(drawn++), points.size);
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
  supports: readonly (Support | undefined)[],
  rules: readonly IndexRule[],
  draws: Draws,
): Points {
  const isExcluded = (point: Point): boolean =>
    rules.some((rule) => [...rule].every(([axis, indices]) => indices.has(supports[axis]!.indexOf(point[axis]!))));

  function at(index: number): Point {
    for (let attempt = 0; attempt < MAX_DRAWS; attempt++) {
      const point = draws(index, attempt);
      if (!isExcluded(point)) return point;
    }
    throw new InputError('EXCLUDE_LEAVES_TOO_LITTLE', `${MAX_DRAWS} random draws in a row were excluded`, {
      hint: 'Take the excluded values off their axes, or exclude less.',
    });
  }

  return { size: rules.some((rule) => rule.size === 0) ? 0 : Infinity, at, indexOf: searchPlaces(at) };
}

const below = (limit: number, place: number | undefined): number | undefined =>
  place !== undefined && place < limit ? place : undefined;
