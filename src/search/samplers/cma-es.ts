import { InputError } from '../../core/errors.js';
import { normalFrom, seededRandom } from '../../core/random.js';
import { cmaConstants, type CmaConstants } from '../learning/cma/cma-constants.js';
import { firstState, nextState, rootsOf, type CmaState } from '../learning/cma/cma-state.js';
import type { Domain, ModelPoint } from '../learning/domain.js';
import { initialPoints } from '../learning/initial-points.js';
import { learningSampler, type Progress } from '../learning/learning-sampler.js';
import { memoizeLast } from '../learning/memoize-last.js';
import { someNewPoint } from '../learning/new-points.js';
import type { TriedPoint } from '../learning/tried-points.js';
import type { Sampler, SamplerOptions } from './sampler.js';

/**
 * CMA-ES (Hansen, arXiv 1604.00772), for parameters that are numbers: it draws from a normal distribution that moves and stretches
 * towards the better points, from the trainer's defaults. Points make a generation in the order in which they were tried. While some
 * of a generation are open, the next ones are drawn from the same distribution; they count in their own generation.
 *
 * @throws {InputError} METHOD_NEEDS_NUMBERS for an axis whose values have no order
 */
export function cmaEsSampler(options: SamplerOptions): Sampler {
  const { space, identity } = options;
  return learningSampler(options, (domain) => {
    requireOrder(domain);
    const constants = cmaConstants(Math.max(1, domain.axes.length));
    const initial = initialPoints(space, domain, identity.defaults);
    const stateAfter = memoizeLast((ended: readonly TriedPoint[]) => replay(ended, constants));
    return (progress) => {
      const [first] = progress.tried;
      if (first === undefined) return initial(progress);
      const firstOpen = progress.tried.findIndex(({ status }) => status === 'open');
      const ended = firstOpen < 0 ? progress.tried : progress.tried.slice(0, firstOpen);
      const generations = Math.floor(ended.length / constants.population);
      const state =
        generations === 0
          ? firstState(first.point, STEP)
          : stateAfter(ended.slice(0, generations * constants.population));
      const point = drawNew(state, progress, space.seed);
      if (point === undefined) {
        return { point: someNewPoint(progress, space.seed), origin: 'a random point: the likely ones are tried' };
      }
      return { point, origin: `generation ${state.generation + 1} of CMA-ES` };
    };
  });
}

/** First step size, as a share of the range of an axis. */
const STEP = 0.25;
const MAX_DRAWS = 100;

function requireOrder({ axes, names }: Domain): void {
  const index = axes.findIndex(({ isOrdered }) => !isOrdered);
  if (index < 0) return;
  throw new InputError(
    'METHOD_NEEDS_NUMBERS',
    `\`method: cma-es\` takes numbers only, and ${names[index]} has others`,
    {
      hint: `Give ${names[index]} one value, or take \`method: bayes\`.`,
    },
  );
}

/** The state after whole generations of points, which have all ended. Failed ones are the worst. */
function replay(ended: readonly TriedPoint[], constants: CmaConstants): CmaState {
  let state = firstState(ended[0]!.point, STEP);
  for (let from = 0; from < ended.length; from += constants.population) {
    const generation = ended.slice(from, from + constants.population);
    const ranked = generation.toSorted((a, b) => (a.value ?? Infinity) - (b.value ?? Infinity) || 0);
    state = nextState(
      state,
      ranked.map(({ point }) => point),
      constants,
    );
  }
  return state;
}

function drawNew(state: CmaState, { domain, tried, isNew }: Progress, seed: number): ModelPoint | undefined {
  const random = seededRandom(seed, 'cma-es', tried.length);
  const root = rootsOf(state.shape).root.to2DArray();
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    const normals = domain.axes.map(() => normalFrom(random));
    const point = domain.axes.map(({ snap }, axis) => {
      const step = root[axis]!.reduce((sum, value, column) => sum + value * normals[column]!, 0);
      return snap(state.mean[axis]! + state.step * step);
    });
    if (isNew(point)) return point;
  }
  return undefined;
}
