import type { NamedTensors, Optimizer, Update, UpdateState, Weight } from './program.js';

/** Updates one weight: `update`, then `follow`. */
export function updateWeight(optimizer: Optimizer, state: UpdateState): Update {
  const updated = optimizer.update(state);
  if (optimizer.follow === undefined) return updated;
  const followed = optimizer.follow({ ...state, before: state.value, value: updated.value });
  return { value: followed.value, slots: { ...updated.slots, ...followed.slots } };
}

/**
 * The step's inputs for each trained weight. If there is an input `layer_decay`, the learning rate is multiplied by
 * layer_decay^depth (layer-wise decay, arXiv 1801.06146 and 2003.10555). Weights of equal depth share the result.
 */
export function inputsByWeight(weights: readonly Weight[], inputs: NamedTensors): (weight: Weight) => NamedTensors {
  const { learning_rate: rate, layer_decay: decay } = inputs;
  if (rate === undefined || decay === undefined) return () => inputs;
  const byDepth = new Map<number, NamedTensors>([[0, inputs]]);
  for (const { depth, trainable } of weights) {
    if (!trainable || byDepth.has(depth)) continue;
    byDepth.set(depth, { ...inputs, learning_rate: rate.mul(decay.pow(depth)) });
  }
  return ({ depth }) => byDepth.get(depth)!;
}
