import { tf, type Tensor } from '../native/tensorflow.js';
import { DataType } from '../native/binding.js';
import { typeAttribute, type GraphBuilder } from './graph-builder.js';
import { assignVariable, readVariable, type GraphVariable } from './graph-variables.js';
import type { Ref } from './graph-def.js';
import type { Gate } from './graph-gate.js';
import {
  type NamedTensors,
  type Optimizer,
  type OptimizerKernel,
  type Program,
  type Update,
  type UpdateState,
  type Weight,
  ownValue,
} from '../program/program.js';
import { scalarName, slotName, type StateEntry } from '../program/step-state.js';
import type { Tracer } from '../tracing/tracer.js';
import { inputsByWeight, updateWeight } from '../program/update-weight.js';

export interface Emission {
  readonly program: Program;
  readonly builder: GraphBuilder;
  readonly tracer: Tracer;
  readonly variables: ReadonlyMap<string, GraphVariable>;
  readonly inputs: NamedTensors;
  /** Decides whether the updates run. Default: always. */
  readonly gate?: Gate | undefined;
}

/**
 * Emits the update of every trained weight and then of the scalars. Uses the optimizer's kernel if it has one, otherwise traces
 * `update`. Call this only while the tracer records. Returns the names of the assigning nodes.
 */
export function emitOptimizer(
  emission: Emission,
  gradients: ReadonlyMap<Weight, Tensor>,
  state: NamedTensors,
): string[] {
  const { program, inputs } = emission;
  const { optimizer, weights } = program;
  const inputsOf = inputsByWeight(weights, inputs);
  const scalars = Object.fromEntries(optimizer.scalars.map(({ name }) => [name, state[scalarName(name)]!]));
  const assigned: string[] = [];
  for (const [weight, gradient] of optimizer.prepare?.(gradients, inputs, ownValue) ?? gradients) {
    const slots: Record<string, Tensor> = {};
    for (const { name } of optimizer.slots) {
      const tensor = state[slotName(weight.name, name)];
      if (tensor !== undefined) slots[name] = tensor;
    }
    const before = { value: weight.variable, gradient, slots, scalars, inputs: inputsOf(weight) };
    const { kernel } = optimizer;
    if (kernel !== undefined) assigned.push(...emitKernel(emission, kernel, weight, before));
    else assigned.push(...emitUpdate(emission, weight, updateWeight(optimizer, before)));
  }
  return [...assigned, ...emitAdvance(emission, scalars)];
}

/**
 * Creates tensors that represent slots and scalars while the optimizer is traced. Slots of a kernel are left out: it updates
 * them itself.
 */
export function bindOptimizerState(
  optimizer: Optimizer,
  entries: readonly StateEntry[],
  tracer: Tracer,
  variables: ReadonlyMap<string, GraphVariable>,
): NamedTensors {
  const state: Record<string, Tensor> = {};
  for (const entry of entries) {
    if (entry.kind === 'weight' || (entry.kind === 'slot' && isKernelSlot(optimizer, entry.slot))) continue;
    state[entry.name] = tf.zeros([...entry.shape]);
    tracer.bind(state[entry.name]!, variables.get(entry.name)!.value);
  }
  return state;
}

function isKernelSlot({ kernel }: Optimizer, slot: string): boolean {
  return (
    kernel?.operands.some((operand) => operand !== 'gradient' && 'slot' in operand && operand.slot === slot) ?? false
  );
}

function emitKernel(emission: Emission, kernel: OptimizerKernel, weight: Weight, state: UpdateState): string[] {
  const { program, builder, tracer, variables, gate } = emission;
  const variable = variables.get(weight.name)!;
  const operands = kernel.operands.map((operand): Ref => {
    if (operand === 'gradient') return passed(gate, tracer.refOf(state.gradient));
    if ('slot' in operand) return variables.get(slotName(weight.name, operand.slot))!.handle;
    if ('scalar' in operand) return variables.get(scalarName(operand.scalar))!.value;
    return tracer.refOf(state.inputs[operand.input]!);
  });
  const attributes = Object.entries(kernel.attributes).map(([name, value]) => [name, { kind: 'bool', value }] as const);
  const applied = builder.add({
    op: kernel.op,
    inputs: [variable.handle, ...operands],
    after: [variable.value.node],
    attributes: { T: typeAttribute(DataType.float32), ...Object.fromEntries(attributes) },
  }).name;
  const { follow } = program.optimizer;
  if (follow === undefined) return [applied];
  const value = tf.zeros(weight.variable.shape);
  tracer.bind(value, readVariable(builder, variable, [applied]));
  const followed = follow({ ...state, before: state.value, value });
  // If `follow` keeps the kernel's value, the weight needs no second assignment.
  return [applied, ...emitUpdate(emission, weight, followed, followed.value === value ? [] : [weight.name])];
}

/** Assigns the slots that an update returns, and the weight. */
function emitUpdate(
  emission: Emission,
  weight: Weight,
  next: Update,
  names: readonly string[] = [weight.name],
): string[] {
  const slots = Object.entries(next.slots).map(([name, slot]) => assign(emission, slotName(weight.name, name), slot));
  return [...names.map((name) => assign(emission, name, next.value)), ...slots];
}

function emitAdvance(emission: Emission, current: NamedTensors): string[] {
  const { optimizer } = emission.program;
  const next = optimizer.advance(current, emission.inputs);
  return optimizer.scalars.map(({ name }) => assign(emission, scalarName(name), next[name]!));
}

function assign({ builder, tracer, variables, gate }: Emission, name: string, value: Tensor): string {
  const variable = variables.get(name)!;
  return assignVariable(builder, variable, passed(gate, tracer.refOf(value)), [variable.value.node]);
}

const passed = (gate: Gate | undefined, value: Ref): Ref => gate?.pass(value) ?? value;
