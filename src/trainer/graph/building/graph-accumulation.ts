import { tf, type Tensor } from '../native/tensorflow.js';
import { addGradients, meanGradients } from '../program/accumulation.js';
import { DataType } from '../native/binding.js';
import { typeAttribute, type GraphBuilder } from './graph-builder.js';
import { addVariables, assignVariable, type GraphVariable } from './graph-variables.js';
import type { Program, TrainOutcome, Weight } from '../program/program.js';
import type { Tracer } from '../tracing/tracer.js';

/** Variables that sum up gradients from batch to batch, and the traced tensors that represent them. */
export interface Accumulators {
  readonly sums: ReadonlyMap<Weight, Accumulator>;
  readonly weight: Accumulator;
}

interface Accumulator {
  readonly variable: GraphVariable;
  readonly tensor: Tensor;
}

/** Mean gradients for a step, and the names of the nodes that add a batch to the sums (`keep`) and reset the sums (`forget`). */
export interface Accumulation {
  readonly gradients: TrainOutcome['gradients'];
  readonly keep: readonly string[];
  readonly forget: readonly string[];
}

export function addAccumulators(program: Program, builder: GraphBuilder, tracer: Tracer): Accumulators {
  const trained = program.weights.filter(({ trainable }) => trainable);
  const arrays = trained.map(({ name, variable }) => ({ name, shape: variable.shape }));
  const variables = addVariables(builder, 'accumulator', [...arrays, { name: WEIGHT, shape: [] }]);
  const accumulator = (name: string): Accumulator => {
    const variable = variables.get(name)!;
    const tensor = tf.zeros([...variable.type.shape]);
    tracer.bind(tensor, variable.value);
    return { variable, tensor };
  };
  return { sums: new Map(trained.map((weight) => [weight, accumulator(weight.name)])), weight: accumulator(WEIGHT) };
}

/** Variable name of the summed batch weight. No weight has this name. */
const WEIGHT = '@gathered';

/** Call this only while the tracer records. */
export function emitAccumulation(
  { sums, weight }: Accumulators,
  outcome: TrainOutcome,
  builder: GraphBuilder,
  tracer: Tracer,
): Accumulation {
  const kept = { gradients: new Map([...sums].map(([key, { tensor }]) => [key, tensor])), weight: weight.tensor };
  const added = addGradients(kept, outcome);
  const assign = ({ variable }: Accumulator, value: Tensor) =>
    assignVariable(builder, variable, tracer.refOf(value), [variable.value.node]);
  return {
    gradients: meanGradients(added),
    keep: [
      ...[...sums].map(([key, accumulator]) => assign(accumulator, added.gradients.get(key)!)),
      assign(weight, added.weight),
    ],
    forget: emitForget({ sums, weight }, builder),
  };
}

/** Resets the sums to zero. With `initial`, at once; otherwise after the step has read them. Returns the names of the nodes. */
export function emitForget(
  { sums, weight }: Accumulators,
  builder: GraphBuilder,
  { initial = false }: { readonly initial?: boolean } = {},
): string[] {
  return [...sums.values(), weight].map(({ variable }) => {
    const shape = builder.ints(variable.type.shape);
    const zeros = builder.op(
      'Fill',
      [shape, builder.float(0)],
      { T: typeAttribute(DataType.float32), index_type: typeAttribute(DataType.int32) },
      variable.type,
    );
    return assignVariable(builder, variable, zeros, initial ? [] : [variable.value.node]);
  });
}
