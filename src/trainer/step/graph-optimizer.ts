import { tf, type Tensor } from '../tensorflow.js';
import { DataType } from './binding.js';
import { typeAttribute, type GraphBuilder } from './graph-builder.js';
import { assignVariable, type GraphVariable } from './graph-variables.js';
import type { Ref } from './graph-def.js';
import type { NamedTensors, Optimizer, OptimizerKernel, Program, Weight } from './program.js';
import { scalarName, slotName } from './step-state.js';
import type { Tracer } from './tracer.js';

interface Emission {
  readonly program: Program;
  readonly builder: GraphBuilder;
  readonly tracer: Tracer;
  readonly variables: ReadonlyMap<string, GraphVariable>;
  readonly placeholders: ReadonlyMap<string, Ref>;
  readonly inputs: NamedTensors;
}

/**
 * Emits the update of every trained weight, by the optimizer's kernel where it has one, else as it computes, and then of
 * the scalars. Has to be called while the tracer records. Returns the names of the assigning nodes.
 */
export function emitOptimizer(
  emission: Emission,
  gradients: ReadonlyMap<Weight, Tensor>,
  state: NamedTensors,
): string[] {
  const { optimizer } = emission.program;
  const assigned: string[] = [];
  for (const [weight, gradient] of gradients) {
    const { kernel } = optimizer;
    if (kernel !== undefined) assigned.push(emitKernel(emission, kernel, weight, gradient));
    else assigned.push(...emitUpdate(emission, weight, gradient, state));
  }
  return [...assigned, ...emitAdvance(emission, optimizer, state)];
}

/** Tensors that stand for slots and scalars while the optimizer's own arithmetic is traced; a kernel keeps slots itself. */
export function bindOptimizerState(
  optimizer: Optimizer,
  tracer: Tracer,
  variables: ReadonlyMap<string, GraphVariable>,
): NamedTensors {
  const state: Record<string, Tensor> = {};
  for (const [name, { entry, value }] of variables) {
    if (entry.kind === 'weight' || (entry.kind === 'slot' && optimizer.kernel !== undefined)) continue;
    state[name] = tf.fill([...entry.shape], entry.initial);
    tracer.bind(state[name], value);
  }
  return state;
}

function emitKernel(emission: Emission, kernel: OptimizerKernel, weight: Weight, gradient: Tensor): string {
  const { builder, tracer, variables, placeholders } = emission;
  const variable = variables.get(weight.name)!;
  const operands = kernel.operands.map((operand): Ref => {
    if (operand === 'gradient') return tracer.refOf(gradient);
    if ('slot' in operand) return variables.get(slotName(weight.name, operand.slot))!.handle;
    if ('scalar' in operand) return variables.get(scalarName(operand.scalar))!.value;
    if ('input' in operand) return placeholders.get(operand.input)!;
    return builder.float(operand.constant);
  });
  const attributes = Object.entries(kernel.attributes).map(([name, value]) => [name, { kind: 'bool', value }] as const);
  return builder.add({
    op: kernel.op,
    inputs: [variable.handle, ...operands],
    after: [variable.value.node],
    attributes: { T: typeAttribute(DataType.float32), ...Object.fromEntries(attributes) },
  }).name;
}

function emitUpdate(emission: Emission, weight: Weight, gradient: Tensor, state: NamedTensors): string[] {
  const { program, inputs } = emission;
  const { slots, scalars } = program.optimizer;
  const next = program.optimizer.update({
    value: weight.variable,
    gradient,
    slots: Object.fromEntries(slots.map(({ name }) => [name, state[slotName(weight.name, name)]!])),
    scalars: Object.fromEntries(scalars.map(({ name }) => [name, state[scalarName(name)]!])),
    inputs,
  });
  return [
    assign(emission, weight.name, next.value),
    ...slots.map(({ name }) => assign(emission, slotName(weight.name, name), next.slots[name]!)),
  ];
}

function emitAdvance(emission: Emission, optimizer: Optimizer, state: NamedTensors): string[] {
  const { scalars } = optimizer;
  const next = optimizer.advance(Object.fromEntries(scalars.map(({ name }) => [name, state[scalarName(name)]!])));
  return scalars.map(({ name }) => assign(emission, scalarName(name), next[name]!));
}

function assign({ builder, tracer, variables }: Emission, name: string, value: Tensor): string {
  const variable = variables.get(name)!;
  return assignVariable(builder, variable, tracer.refOf(value), [variable.value.node]);
}
