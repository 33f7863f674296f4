import { unreachable } from '../../../core/errors.js';
import type { OptimizerName, OptimizerSettings } from '../parameters/optimizer.js';
import type { Optimizer } from '../../graph/program/program.js';
import { adam } from './adam.js';
import { averaged } from './averaged.js';
import { clipped } from './clipped.js';
import { lookahead } from './lookahead.js';
import { radam } from './radam.js';
import { rmsprop } from './rmsprop.js';
import { sgd } from './sgd.js';
import { decayed, regularized } from './weight-decay.js';

/**
 * Builds an optimizer with all its extensions. Order of a step: clip the gradients, add L2 weight decay to them, update the
 * weights, apply decoupled weight decay, Lookahead, then the moving average.
 */
export function buildOptimizer(settings: OptimizerSettings): Optimizer {
  const { name, weightDecay, lookaheadSteps, lookaheadAlpha, gradientClipNorm, emaDecay } = settings;
  let optimizer = ruleOf(settings);
  if (weightDecay > 0)
    optimizer = isDecoupled(name) ? decayed(optimizer, weightDecay) : regularized(optimizer, weightDecay);
  if (settings.lookahead || name === 'ranger') {
    optimizer = lookahead(optimizer, { steps: lookaheadSteps, alpha: lookaheadAlpha });
  }
  if (gradientClipNorm !== undefined) optimizer = clipped(optimizer, gradientClipNorm);
  return emaDecay === undefined ? optimizer : averaged(optimizer, emaDecay);
}

function ruleOf({ name, ...options }: OptimizerSettings): Optimizer {
  switch (name) {
    case 'sgd':
      return sgd(options);
    case 'rmsprop':
      return rmsprop(options);
    case 'adam':
    case 'adamw':
      return adam(options);
    case 'radam':
    case 'ranger':
      return radam(options);
    default:
      return unreachable(name);
  }
}

/** RAdam and Ranger use decoupled weight decay, like their authors' code. */
const isDecoupled = (name: OptimizerName) => name === 'adamw' || name === 'radam' || name === 'ranger';
