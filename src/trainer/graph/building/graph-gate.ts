import { DataType } from '../native/binding.js';
import { typeAttribute, type GraphBuilder } from './graph-builder.js';
import type { Ref } from './graph-def.js';

/** Runs part of a graph only if a condition holds: nodes that depend on a gated value do not run while the gate is closed. */
export interface Gate {
  /** The value, available only if the gate is open. */
  pass(value: Ref): Ref;
  /** Name of a node that runs after all of `nodes`, or at once if the gate is closed. */
  join(nodes: readonly string[]): string;
}

/**
 * Adds a gate, made of `Switch` and `Merge`. A kernel such as ResourceApplyAdam changes variables, so selecting between two
 * results is not enough: it must not run at all.
 *
 * @param open - scalar, bool
 */
export function addGate(builder: GraphBuilder, open: Ref): Gate {
  const branches = (value: Ref): readonly Ref[] => {
    const type = builder.typeOf(value);
    const attributes = { T: typeAttribute(type.dtype) };
    return builder.add({ op: 'Switch', inputs: [value, open], attributes, outputs: [type, type] }).outputs;
  };
  return {
    pass: (value) => branches(value)[1]!,
    join(nodes) {
      const [closed, opened] = branches(builder.float(0)) as [Ref, Ref];
      const type = builder.typeOf(opened);
      const attributes = { T: typeAttribute(type.dtype) };
      const all = builder.op('Identity', [opened], attributes, type, nodes);
      return builder.add({
        op: 'Merge',
        inputs: [closed, all],
        attributes: { ...attributes, N: { kind: 'int', value: 2 } },
        outputs: [type, { dtype: DataType.int32, shape: [] }],
      }).name;
    },
  };
}
