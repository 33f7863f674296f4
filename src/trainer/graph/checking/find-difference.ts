import { tf, type Tensor } from '../native/tensorflow.js';
import { describeDeviation, distance, norm } from './deviation.js';
import type { GraphSession } from '../running/graph-session.js';
import { advanceLossScale, allFinite, lossScaleScalars, scaledInputs } from '../program/loss-scale.js';
import {
  type NamedTensors,
  type Program,
  type StepInputs,
  type StepOutputs,
  type StepState,
  type ValueOf,
  ownValue,
} from '../program/program.js';
import { checkInputs, toTensors } from '../program/step-inputs.js';
import { scalarName, slotName, evaluatedValue } from '../program/step-state.js';
import { releasingEarly } from '../tracing/tensor-lives.js';
import type { ProgramLives } from '../tracing/trace-program.js';
import { inputsByWeight, updateWeight } from '../program/update-weight.js';

/**
 * Largest allowed deviation of a graph from its program, relative to the norm of the expected values. Outputs and gradients pass
 * through all layers, with sums in a different order; an optimizer's update is short arithmetic on equal numbers.
 */
const TOLERANCE = { output: 1e-3, gradient: 3e-2, statistic: 1e-3, update: 1e-3, gathered: 3e-2 };

/** Gradients below this share of the typical gradient are noise, e.g. of a bias before a batch norm. */
const GRADIENT_NOISE = 1e-2;

/** Relative precision of a float32 value to which a small change is added. */
const RESOLUTION = 1e-6;

/** Typical size of a normalized signal. Rounding errors in a statistic whose exact value is 0 are measured against it. */
const UNIT = 1;

/** Share of integer outputs (predicted classes) that may differ: with nearly equal scores, rounding decides which is highest. */
const INTEGER_TOLERANCE = 0.25;

/**
 * Takes one step with a new graph, and one op by op with the program that it was traced from. Compares outputs, gradients, moving
 * statistics, and the optimizer's updates computed from the graph's gradients. Runs the program again instead of using the traced
 * results, to detect random numbers drawn in JavaScript, which a graph would repeat in every step. Leaves `state` in the session.
 *
 * @param lives - tensor lifetimes from the trace; without them, running op by op needs twice the graph's memory
 * @returns the differences in words, or `undefined`
 */
export function findDifference(
  program: Program,
  session: GraphSession,
  state: StepState,
  inputs: StepInputs,
  lives: ProgramLives,
): string | undefined {
  session.restore(state);
  const evaluated = session.evaluate(inputs);
  const trained = session.train(inputs);
  session.restore(state);
  const gradients = session.trainForGradients(inputs);
  const after = session.read();
  session.restore(state);
  const gathered = program.accumulates ? gatherTwice(session, inputs) : undefined;
  session.restore(state);

  let differences: string[] = [];
  releasingEarly((follow) =>
    tf.tidy(() => {
      const feeds = toTensors(checkInputs(program.inputs, inputs));
      const slotOf = (name: string) => tf.tensor(state.get(name)!.values, [...state.get(name)!.shape], 'float32');
      const scaled = scaledInputs(program, feeds, (name) => slotOf(scalarName(name)));
      const outcome = follow(lives.train, () => program.train(scaled, ownValue));
      const evaluatedOf = evaluatedValue(program.optimizer, slotOf);
      differences = [
        ...compareOutputs('output', trained, outcome.outputs),
        ...compareOutputs(
          'evaluated output',
          evaluated,
          follow(lives.evaluate, () => program.evaluate(feeds, evaluatedOf)),
        ),
        ...compareGradients(gradients, new Map([...outcome.gradients].map(([{ name }, value]) => [name, value]))),
        ...[...outcome.assignments].flatMap(([{ name }, value]) =>
          compareChange(name, state, after, value, TOLERANCE.statistic, UNIT),
        ),
        ...compareUpdates(program, state, after, gradients, feeds),
        ...(gathered === undefined ? [] : compareGathered(program, state, gathered, after)),
      ];
    }),
  );
  if (differences.length === 0) return undefined;
  const more = differences.length > 3 ? ` and ${differences.length - 3} more` : '';
  return differences.slice(0, 3).join(', ') + more;
}

function compareOutputs(what: string, actual: StepOutputs, expected: NamedTensors): string[] {
  return Object.entries(expected).flatMap(([name, tensor]) => {
    const values = tensor.dataSync();
    const found = actual[name]!;
    if (tensor.dtype === 'int32') {
      const different = found.filter((value, index) => value !== values[index]).length;
      return describeDeviation(`${what} "${name}"`, different, found.length, INTEGER_TOLERANCE);
    }
    return describeDeviation(`${what} "${name}"`, distance(found, values), norm(values) + RESOLUTION, TOLERANCE.output);
  });
}

function compareGradients(
  actual: Readonly<Record<string, Float32Array>>,
  expected: ReadonlyMap<string, Tensor>,
): string[] {
  const all = [...expected].map(([name, tensor]) => ({ name, values: tensor.dataSync<'float32'>() }));
  const count = all.reduce((sum, { values }) => sum + values.length, 0);
  const typical = Math.sqrt(all.reduce((sum, { values }) => sum + norm(values) ** 2, 0) / count);
  return all.flatMap(({ name, values }) => {
    const scale = norm(values) + GRADIENT_NOISE * typical * Math.sqrt(values.length);
    return describeDeviation(`gradient of "${name}"`, distance(actual[name]!, values), scale, TOLERANCE.gradient);
  });
}

/** Accumulates the same batch twice, so that the mean gradients are those of one batch. */
function gatherTwice(session: GraphSession, inputs: StepInputs): StepState {
  session.accumulate(inputs);
  session.train(inputs);
  return session.read();
}

function compareGathered(program: Program, before: StepState, gathered: StepState, after: StepState): string[] {
  return program.weights.flatMap(({ name, variable, trainable }) => {
    if (!trainable) return [];
    const expected = tf.tensor(after.get(name)!.values, variable.shape, 'float32');
    return compareChange(name, before, gathered, expected, TOLERANCE.gathered);
  });
}

function compareUpdates(
  program: Program,
  before: StepState,
  after: StepState,
  gradients: Readonly<Record<string, Float32Array>>,
  inputs: NamedTensors,
): string[] {
  const { optimizer, weights } = program;
  const toTensor = (name: string) => tf.tensor(before.get(name)!.values, [...before.get(name)!.shape], 'float32');
  const compare = (name: string, value: Tensor) => compareChange(name, before, after, value, TOLERANCE.update);
  const scalars = Object.fromEntries(optimizer.scalars.map(({ name }) => [name, toTensor(scalarName(name))]));
  const differences: string[] = [];
  const inputsOf = inputsByWeight(weights, inputs);
  const valueOf: ValueOf = ({ name }) => toTensor(name);
  const given = new Map(
    weights
      .filter(({ trainable }) => trainable)
      .map((weight) => [weight, tf.tensor(gradients[weight.name]!, weight.variable.shape, 'float32')]),
  );
  const scaling = lossScaleScalars(program).map(({ name }) => name);
  if (scaling.length > 0) {
    const finite = allFinite(given);
    const old = Object.fromEntries(scaling.map((name) => [name, toTensor(scalarName(name))]));
    const advanced = advanceLossScale(old, finite);
    for (const name of scaling) differences.push(...compare(scalarName(name), advanced[name]!));
    if (finite.dataSync()[0] === 0) return differences;
  }
  for (const [weight, gradient] of optimizer.prepare?.(given, inputs, valueOf) ?? given) {
    tf.tidy(() => {
      const slotOf = (name: string) => slotName(weight.name, name);
      const slots = Object.fromEntries(optimizer.slots.map(({ name }) => [name, toTensor(slotOf(name))]));
      const value = toTensor(weight.name);
      const next = updateWeight(optimizer, { value, gradient, slots, scalars, inputs: inputsOf(weight) });
      differences.push(...compare(weight.name, next.value));
      for (const { name } of optimizer.slots) differences.push(...compare(slotOf(name), next.slots[name]!));
    });
  }
  const advanced = optimizer.advance(scalars, inputs);
  for (const { name } of optimizer.scalars) differences.push(...compare(scalarName(name), advanced[name]!));
  return differences;
}

function compareChange(
  name: string,
  before: StepState,
  after: StepState,
  expected: Tensor,
  tolerance: number,
  size = 0,
): string[] {
  const values = expected.dataSync();
  const resolved = norm(values) + size * Math.sqrt(values.length);
  const scale = distance(values, before.get(name)!.values) + (RESOLUTION / tolerance) * resolved;
  return describeDeviation(`change of "${name}"`, distance(after.get(name)!.values, values), scale, tolerance);
}
