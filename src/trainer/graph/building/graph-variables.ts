import { DataType } from '../native/binding.js';
import { shapeAttribute, typeAttribute, type GraphBuilder } from './graph-builder.js';
import type { Ref, TensorType } from './graph-def.js';

/** An array that keeps its value from run to run. */
export interface GraphVariable {
  readonly type: TensorType;
  readonly handle: Ref;
  /** Reads the value at the start of the step. Every assignment has to run after this node. */
  readonly value: Ref;
}

/**
 * Adds float32 variables to a graph. Calls for the same graph need different values of `kind`. Each session has its own values.
 */
export function addVariables(
  builder: GraphBuilder,
  kind: string,
  arrays: readonly { readonly name: string; readonly shape: readonly number[] }[],
): ReadonlyMap<string, GraphVariable> {
  const variables = new Map<string, GraphVariable>();
  arrays.forEach(({ name, shape }, index) => {
    const type: TensorType = { dtype: DataType.float32, shape };
    const handle = builder.op(
      'VarHandleOp',
      [],
      {
        dtype: typeAttribute(type.dtype),
        shape: shapeAttribute(type.shape),
        container: { kind: 'string', value: '' },
        shared_name: { kind: 'string', value: `${kind}_${index}` },
      },
      { dtype: DataType.resource, shape: [] },
    );
    const variable = { type, handle };
    variables.set(name, { ...variable, value: readVariable(builder, variable) });
  });
  return variables;
}

/** Reads the variable after the nodes `after` have run. */
export function readVariable(
  builder: GraphBuilder,
  { type, handle }: Pick<GraphVariable, 'type' | 'handle'>,
  after: readonly string[] = [],
): Ref {
  return builder.op('ReadVariableOp', [handle], { dtype: typeAttribute(type.dtype) }, type, after);
}

/** Assigns a value after the nodes `after` have run. Returns the name of the node. */
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
 * A copy of a value in TensorFlow's own memory. Needed before a variable takes over the memory of a fed value: that memory can
 * belong to a JavaScript array, which only the JavaScript thread may release.
 */
export function copyOf(builder: GraphBuilder, value: Ref): Ref {
  const type = builder.typeOf(value);
  return builder.op('DeepCopy', [value], { T: typeAttribute(type.dtype) }, type);
}
