import { DataType } from '../native/binding.js';
import { shapeAttribute, typeAttribute, type GraphBuilder } from './graph-builder.js';
import type { Ref, TensorType } from './graph-def.js';

/** An array that the graph keeps from run to run. */
export interface GraphVariable {
  readonly type: TensorType;
  readonly handle: Ref;
  /** Its value at the start of the step: everything that assigns runs after this. */
  readonly value: Ref;
}

/** Variables of one graph, by name; `kind` tells those of several calls apart. Each session keeps values of its own. */
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

/** Its value once the nodes `after` have run. */
export function readVariable(
  builder: GraphBuilder,
  { type, handle }: Pick<GraphVariable, 'type' | 'handle'>,
  after: readonly string[] = [],
): Ref {
  return builder.op('ReadVariableOp', [handle], { dtype: typeAttribute(type.dtype) }, type, after);
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
