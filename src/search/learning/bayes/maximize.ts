import type { ModelAxis } from '../model-axis.js';
import type { ModelPoint } from '../domain.js';

export interface Scored {
  readonly point: ModelPoint;
  readonly score: number;
}

export interface MaximizeOptions {
  readonly axes: readonly ModelAxis[];
  /** At least one. */
  readonly candidates: readonly ModelPoint[];
  readonly isNew: (point: ModelPoint) => boolean;
  readonly score: (point: ModelPoint) => number;
}

/** The best new point that is found from the best candidates by steps along one axis at a time. */
export function maximize({ axes, candidates, isNew, score }: MaximizeOptions): Scored {
  const starts = candidates
    .map((point) => ({ point, score: score(point) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, STARTS);
  const ends = starts.map((start) => climb(start, { axes, isNew, score }));
  return ends.reduce((best, end) => (end.score > best.score ? end : best));
}

/** Candidates that steps start from. */
const STARTS = 6;
const MAX_ROUNDS = 20;
/** First and last step on a continuous axis, whose range is 1. */
const STEP = 0.1;
const LEAST_STEP = 0.002;

/** Takes the best step along each axis in turn while that makes the score better, then shorter steps. */
function climb(start: Scored, { axes, isNew, score }: Omit<MaximizeOptions, 'candidates'>): Scored {
  const isContinuous = axes.some(({ levels }) => levels === undefined);
  let best = start;
  let step = STEP;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = best;
    axes.forEach((axis, index) => {
      const { point } = best;
      for (const coordinate of stepsFrom(axis, point[index]!, step)) {
        const moved = point.with(index, coordinate);
        if (!isNew(moved)) continue;
        const value = score(moved);
        if (value > best.score) best = { point: moved, score: value };
      }
    });
    if (best !== before) continue;
    if (!isContinuous || step <= LEAST_STEP) break;
    step /= 3;
  }
  return best;
}

/** Short lists of values are tried whole; longer ones up to two places away; continuous axes a step to both sides. */
function stepsFrom({ isOrdered, levels, snap }: ModelAxis, coordinate: number, step: number): readonly number[] {
  const steps =
    levels === undefined
      ? [snap(coordinate - step), snap(coordinate + step)]
      : isOrdered && levels.length > MAX_TRIED_WHOLE
        ? neighbours(levels, coordinate)
        : levels;
  return steps.filter((each) => each !== coordinate);
}

const MAX_TRIED_WHOLE = 4;

function neighbours(levels: readonly number[], coordinate: number): number[] {
  const index = levels.indexOf(coordinate);
  return levels.slice(Math.max(0, index - 2), index + 3);
}
