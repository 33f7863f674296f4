import { InputError } from '../../../core/errors.js';
import { tf, type Tensor, type Variable } from '../native/tensorflow.js';
import { addGradients, meanGradients, type GradientSum } from '../program/accumulation.js';
import { advanceLossScale, allFinite, lossScaleScalars, scaledInputs } from '../program/loss-scale.js';
import { checkOutcome, checkOutputs, requireAccumulation } from '../program/check-outcome.js';
import {
  type NamedTensors,
  type Program,
  type Step,
  type StepInputs,
  type StepOutputs,
  type StepState,
  ownValue,
} from '../program/program.js';
import { checkInputs, toTensors } from '../program/step-inputs.js';
import { checkState, initialValues, listState, scalarName, slotName, evaluatedValue } from '../program/step-state.js';
import { inputsByWeight, updateWeight } from '../program/update-weight.js';

/**
 * Runs a program op by op. Two to five times slower than a compiled step, and the reference for checking it. Trains the program's
 * own variables; slots and scalars belong to the step.
 *
 * @throws InputError STEP_PROGRAM, STEP_INPUTS, STEP_STATE, STEP_CLOSED
 */
export function createEagerStep(program: Program): Step {
  const entries = listState(program);
  const variables = new Map<string, Variable>();
  for (const { name, variable } of program.weights) variables.set(name, variable);
  tf.tidy(() => {
    for (const entry of entries) {
      if (entry.kind === 'weight') continue;
      variables.set(entry.name, tf.variable(tf.tensor(initialValues(program, entry), [...entry.shape]), false));
    }
  });
  const evaluated = evaluatedValue(program.optimizer, (name) => variables.get(name)!);
  let gathered: GradientSum | undefined;
  const gather = (sum: GradientSum | undefined) => {
    if (sum !== undefined) for (const tensor of tensorsOf(sum)) tf.keep(tensor);
    if (gathered !== undefined) tf.dispose(tensorsOf(gathered));
    gathered = sum;
  };
  const scaled = (feeds: NamedTensors) => scaledInputs(program, feeds, (name) => variables.get(scalarName(name))!);
  let closed = false;
  const assertOpen = () => {
    if (closed) throw new InputError('STEP_CLOSED', 'the step is closed');
  };

  return {
    kind: 'eager',
    accumulate(inputs) {
      assertOpen();
      requireAccumulation(program);
      return withFeeds(program, inputs, (feeds) => {
        const outcome = checkOutcome(program, program.train(scaled(feeds), ownValue));
        const outputs = readOutputs(outcome.outputs);
        gather(addGradients(gathered, outcome));
        for (const [weight, value] of outcome.assignments) weight.variable.assign(value);
        return outputs;
      });
    },
    train(inputs) {
      assertOpen();
      return withFeeds(program, inputs, (feeds) => {
        const outcome = checkOutcome(program, program.train(scaled(feeds), ownValue));
        const outputs = readOutputs(outcome.outputs);
        const gradients = program.accumulates ? meanGradients(addGradients(gathered, outcome)) : outcome.gradients;
        applyScaled(program, variables, gradients, feeds);
        gather(undefined);
        for (const [weight, value] of outcome.assignments) weight.variable.assign(value);
        return outputs;
      });
    },
    evaluate(inputs) {
      assertOpen();
      return withFeeds(program, inputs, (feeds) => readOutputs(checkOutputs(program.evaluate(feeds, evaluated))));
    },
    read() {
      assertOpen();
      const state = new Map<string, { shape: readonly number[]; values: Float32Array }>();
      for (const { name, shape } of entries) state.set(name, { shape, values: readFloats(variables.get(name)!) });
      return state;
    },
    restore(state: StepState) {
      assertOpen();
      checkState(entries, state);
      gather(undefined);
      tf.tidy(() => {
        // A native tensor can share memory with the array it is created from, so copy the array.
        for (const { name, shape } of entries) {
          variables.get(name)!.assign(tf.tensor(state.get(name)!.values.slice(), [...shape], 'float32'));
        }
      });
    },
    close() {
      if (closed) return;
      closed = true;
      gather(undefined);
      for (const { name, kind } of entries) if (kind !== 'weight') variables.get(name)!.dispose();
    },
  };
}

function withFeeds(program: Program, inputs: StepInputs, run: (feeds: NamedTensors) => StepOutputs): StepOutputs {
  const checked = checkInputs(program.inputs, inputs);
  let outputs: StepOutputs = {};
  // Not returned from tidy: it would search the returned arrays for tensors, element by element.
  tf.tidy(() => {
    outputs = run(toTensors(checked));
  });
  return outputs;
}

/** Applies gradients. With loss scaling, skips the step if a gradient is not finite, and updates the scale. */
function applyScaled(...step: Parameters<typeof applyGradients>): void {
  const [program, variables, gradients] = step;
  const names = lossScaleScalars(program).map(({ name }) => name);
  if (names.length === 0) return applyGradients(...step);
  const finite = allFinite(gradients);
  if (finite.dataSync()[0] === 1) applyGradients(...step);
  const scaling = Object.fromEntries(names.map((name) => [name, variables.get(scalarName(name))!]));
  const advanced = advanceLossScale(scaling, finite);
  for (const name of names) variables.get(scalarName(name))!.assign(advanced[name]!);
}

function applyGradients(
  program: Program,
  variables: ReadonlyMap<string, Variable>,
  gradients: ReadonlyMap<Program['weights'][number], Tensor>,
  inputs: NamedTensors,
): void {
  const { optimizer } = program;
  const scalars: Record<string, Tensor> = {};
  for (const { name } of optimizer.scalars) scalars[name] = variables.get(scalarName(name))!;
  const inputsOf = inputsByWeight(program.weights, inputs);
  const prepared = optimizer.prepare?.(gradients, inputs, ownValue) ?? gradients;
  for (const [weight, gradient] of prepared) {
    tf.tidy(() => {
      const slots: Record<string, Tensor> = {};
      for (const { name } of optimizer.slots) slots[name] = variables.get(slotName(weight.name, name))!;
      const next = updateWeight(optimizer, {
        value: weight.variable,
        gradient,
        slots,
        scalars,
        inputs: inputsOf(weight),
      });
      weight.variable.assign(next.value);
      for (const { name } of optimizer.slots) variables.get(slotName(weight.name, name))!.assign(next.slots[name]!);
    });
  }
  tf.tidy(() => {
    const next = optimizer.advance(scalars, inputs);
    for (const { name } of optimizer.scalars) variables.get(scalarName(name))!.assign(next[name]!);
  });
}

const tensorsOf = ({ gradients, weight }: GradientSum): Tensor[] => [...gradients.values(), weight];

function readOutputs(outputs: NamedTensors): StepOutputs {
  const values: Record<string, Float32Array | Int32Array> = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    // Copy: an output that is also an input would otherwise share memory with the caller's array.
    values[name] = (tensor.dataSync() as Float32Array | Int32Array).slice();
  }
  return values;
}

function readFloats(tensor: Tensor): Float32Array {
  return tensor.dataSync<'float32'>().slice();
}
