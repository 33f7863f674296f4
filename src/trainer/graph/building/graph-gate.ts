import { DataType } from '../native/binding.js';
import { typeAttribute, type GraphBuilder } from './graph-builder.js';
import type { Ref } from './graph-def.js';

/** Keeps a part of the graph from running: whatever needs a value that has not passed does not run either. */
export interface Gate {
  /** The value, where the gate is open. */
  pass(value: Ref): Ref;
  /** A node that has run when all of `nodes` have, or at once where the gate is closed. */
  join(nodes: readonly string[]): string;
}

/** By dataflow's own conditional, `Switch` and `Merge`: a kernel such as ResourceApplyAdam can only be run or not. */
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
