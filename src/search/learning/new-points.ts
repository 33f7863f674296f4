import { seededRandom, type Random } from '../../core/random.js';
import { sobolSequence } from '../points/sobol/sobol-sequence.js';
import type { ModelPoint } from './domain.js';
import type { Progress } from './learning-sampler.js';

/**
 * New points to choose from: all of them where at most `count` are allowed, otherwise points of a Sobol sequence, scrambled anew for
 * each number of tried points.
 */
export function newPoints(
  progress: Progress,
  { count, seed }: { readonly count: number; readonly seed: number },
): ModelPoint[] {
  const { domain, tried, isNew } = progress;
  if (domain.points !== undefined && domain.size <= count) {
    const { points } = domain;
    return Array.from({ length: points.size }, (_, index) => domain.pointOf(points.at(index))!).filter(isNew);
  }
  const labels = domain.names.map((name) => `${name} ${tried.length}`);
  const sobol = sobolSequence(labels, seed);
  const found = Array.from({ length: count }, (_, number) => {
    const shares = sobol(number);
    return domain.axes.map(({ coordinateAt }, axis) => coordinateAt(shares[axis]!));
  }).filter(isNew);
  return found.length > 0 ? found : [someNewPoint(progress, seed)];
}

/** A random new point, even where nearly all are tried or excluded. There has to be one. */
export function someNewPoint({ domain, tried, isNew }: Progress, seed: number): ModelPoint {
  const random = seededRandom(seed, 'new-point', tried.length);
  for (let attempt = 0; attempt < MAX_ATTEMPTS || domain.points === undefined; attempt++) {
    const point = randomPoint(domain.axes, random);
    if (isNew(point)) return point;
  }
  const { points } = domain;
  const { size } = points;
  const from = Math.floor(random() * size);
  for (let step = 0; step < size; step++) {
    const point = domain.pointOf(points.at((from + step) % size))!;
    if (isNew(point)) return point;
  }
  throw new Error('every point has been tried');
}

const MAX_ATTEMPTS = 1_000;

const randomPoint = (axes: Progress['domain']['axes'], random: Random): ModelPoint =>
  axes.map(({ coordinateAt }) => coordinateAt(random()));
