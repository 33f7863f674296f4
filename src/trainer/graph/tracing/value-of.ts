import type { Tensor } from '../tensorflow.js';
import type { Optimizer, ValueOf } from '../program.js';
import { slotName } from '../running/step-state.js';

/** Every weight as it is. */
export const ownValue: ValueOf = ({ variable }) => variable;

/** What evaluation goes by: the weights, or the slot that the optimizer keeps for it. */
export function evaluatedValue({ evaluates }: Optimizer, slotOf: (name: string) => Tensor): ValueOf {
  if (evaluates === undefined) return ownValue;
  return ({ name, variable, trainable }) => (trainable ? slotOf(slotName(name, evaluates)) : variable);
}
