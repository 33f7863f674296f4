import type { Optimizer } from '../../graph/program/program.js';

/** An addition to an optimizer that leaves its update rule, and therefore its kernel, unchanged. */
interface Extension {
  readonly signature: string;
  readonly slots?: Optimizer['slots'];
  readonly inputs: Optimizer['inputs'];
}

/** Changes the gradients before the update. The extension added last runs first. */
export function prepare(
  optimizer: Optimizer,
  extension: Extension & { readonly prepare: NonNullable<Optimizer['prepare']> },
): Optimizer {
  const { prepare: then } = optimizer;
  return {
    ...extend(optimizer, extension),
    prepare(gradients, inputs, valueOf) {
      const prepared = extension.prepare(gradients, inputs, valueOf);
      return then === undefined ? prepared : then(prepared, inputs, valueOf);
    },
  };
}

/** Changes a weight after the optimizer's update. Extensions run in the order in which they were added. */
export function follow(
  optimizer: Optimizer,
  extension: Extension & { readonly follow: NonNullable<Optimizer['follow']> },
): Optimizer {
  const { follow: first } = optimizer;
  return {
    ...extend(optimizer, extension),
    follow(state) {
      if (first === undefined) return extension.follow(state);
      const earlier = first(state);
      const later = extension.follow({ ...state, value: earlier.value });
      return { value: later.value, slots: { ...earlier.slots, ...later.slots } };
    },
  };
}

function extend(optimizer: Optimizer, { signature, slots = [], inputs }: Extension): Optimizer {
  return {
    ...optimizer,
    signature: `${optimizer.signature} ${signature}`,
    slots: [...optimizer.slots, ...slots],
    inputs: (stepsDone) => ({ ...optimizer.inputs(stepsDone), ...inputs(stepsDone) }),
  };
}
