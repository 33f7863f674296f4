import { normalFrom, randomInt, seededRandom, shuffledIndices, type Random } from '../../core/random.js';
import type { ModelPoint } from '../learning/domain.js';
import { initialPoints } from '../learning/initial-points.js';
import { learningSampler, type Choice, type Progress } from '../learning/learning-sampler.js';
import type { ModelAxis } from '../learning/model-axis.js';
import { someNewPoint } from '../learning/new-points.js';
import type { Sampler, SamplerOptions } from './sampler.js';

/**
 * Regularised evolution (Real et al., arXiv 1802.01548): the population is the youngest measured points; the best of some of them,
 * drawn at random, has a child that differs in one parameter. Old points leave, however good: what counts is to be good again. It
 * suits large spaces of choices and cheap trials.
 */
export function evolutionSampler(options: SamplerOptions): Sampler {
  const { space, identity } = options;
  return learningSampler(options, (domain) => {
    const initial = initialPoints(space, domain, identity.defaults);
    return (progress) => {
      const population = progress.tried.filter(({ status }) => status === 'measured').slice(-POPULATION);
      const isInitial = progress.tried.length < POPULATION || population.length < TOURNAMENT;
      return isInitial ? initial(progress) : child(progress, population, space.seed);
    };
  });
}

const POPULATION = 20;
const TOURNAMENT = 5;
/** Children that are looked at until one is new. */
const MAX_CHILDREN = 100;

function child(progress: Progress, population: Progress['tried'], seed: number): Choice {
  const { domain, tried, isNew } = progress;
  const random = seededRandom(seed, 'evolution', tried.length);
  for (let attempt = 0; attempt < MAX_CHILDREN; attempt++) {
    const drawn = [...shuffledIndices(population.length, random).slice(0, TOURNAMENT)].map(
      (index) => population[index]!,
    );
    const parent = drawn.reduce((best, each) => (each.value! < best.value! ? each : best));
    const axis = randomInt(random, domain.axes.length);
    const point = parent.point.with(axis, mutated(domain.axes[axis]!, parent.point[axis]!, random));
    if (isNew(point)) return { point, origin: `child of trial ${parent.trial}: another ${domain.names[axis]}` };
  }
  return { point: someNewPoint(progress, seed), origin: 'a random point: all children are tried' };
}

/** Standard deviation of a step on a continuous axis, whose range is 1. */
const STEP = 0.15;

/** Another value: a neighbouring one where values are ordered. */
function mutated({ isOrdered, levels, snap }: ModelAxis, coordinate: number, random: Random): ModelPoint[number] {
  if (levels === undefined) return snap(reflected(coordinate + STEP * normalFrom(random)));
  const place = levels.indexOf(coordinate);
  if (levels.length < 2) return coordinate;
  if (!isOrdered) return levels[(place + 1 + randomInt(random, levels.length - 1)) % levels.length]!;
  const next = place + (random() < 0.5 ? -1 : 1) * (random() < 0.75 ? 1 : 2);
  return levels[Math.min(levels.length - 1, Math.max(0, next))]!;
}

const reflected = (value: number): number =>
  value < 0 ? Math.min(1, -value) : value > 1 ? Math.max(0, 2 - value) : value;
