import { DataType } from './binding.js';
import { shapeAttribute, typeAttribute, type GraphBuilder } from './graph-builder.js';
import type { Ref, TensorType } from './graph-def.js';
import type { StateEntry } from './step-state.js';

/** An array of the program's state inside the graph. */
export interface GraphVariable {
  readonly entry: StateEntry;
  readonly type: TensorType;
  readonly handle: Ref;
  /** Its value at the start of the step: everything that assigns runs after this. */
  readonly value: Ref;
}

/** Variables of one graph, by the name of their state entry. Each session keeps values of its own. */
export function addVariables(
  builder: GraphBuilder,
  entries: readonly StateEntry[],
): ReadonlyMap<string, GraphVariable> {
  const variables = new Map<string, GraphVariable>();
  entries.forEach((entry, index) => {
    const type: TensorType = { dtype: DataType.float32, shape: entry.shape };
    const handle = builder.op(
      'VarHandleOp',
      [],
      {
        dtype: typeAttribute(type.dtype),
        shape: shapeAttribute(type.shape),
        container: { kind: 'string', value: '' },
        shared_name: { kind: 'string', value: `state_${index}` },
      },
      { dtype: DataType.resource, shape: [] },
    );
    const value = builder.op('ReadVariableOp', [handle], { dtype: typeAttribute(type.dtype) }, type);
    variables.set(entry.name, { entry, type, handle, value });
  });
  return variables;
}

/** Returns the name of the assigning node. */
export function assignVariable(
  builder: GraphBuilder,
  variable: GraphVariable,
  value: Ref,
  after: readonly string[] = [],
): string {
  return builder.add({
    op: 'AssignVariableOp',
    inputs: [variable.handle, value],
    after,
    attributes: { dtype: typeAttribute(variable.type.dtype) },
  }).name;
}

/**
 * A copy in memory of TensorFlow's own. A variable adopts the memory of what it is assigned; that of a fed value may be a
 * JavaScript array's, which nothing but JavaScript's thread may release.
 */
export function copyOf(builder: GraphBuilder, value: Ref): Ref {
  const type = builder.typeOf(value);
  return builder.op('DeepCopy', [value], { T: typeAttribute(type.dtype) }, type);
}
