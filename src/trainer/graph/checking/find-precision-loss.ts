import { describeDeviation, distance, norm } from './deviation.js';
import type { GraphSession } from '../running/graph-session.js';
import type { Precision, StepInputs, StepOutputs, StepState } from '../program/program.js';

/**
 * Largest allowed deviation of a graph in lower precision from the same graph in float32, relative to the norm: of each output,
 * and of all gradients together. The limits are wide because a random network with batch norm over few values amplifies
 * rounding: EfficientNet-B0's gradients deviate by 0.14 (bfloat16) and 0.04 (float16) at 96 px with batches of 16, and by 0.7
 * and 0.15 at 32 px with batches of 8.
 */
const TOLERANCE = { bfloat16: { output: 0.5, gradient: 0.9 }, float16: { output: 0.25, gradient: 0.5 } };

/** Outputs and gradients of a step from a given state. */
export interface StepSample {
  readonly evaluated: StepOutputs;
  readonly trained: StepOutputs;
  readonly gradients: Readonly<Record<string, Float32Array>>;
}

/** Takes steps from a state, then restores the state in the session. */
export function sampleStep(session: GraphSession, state: StepState, inputs: StepInputs): StepSample {
  session.restore(state);
  const evaluated = session.evaluate(inputs);
  const trained = session.train(inputs);
  session.restore(state);
  let gradients = session.trainForGradients(inputs);
  // Each skipped step halves the loss scale.
  for (let tries = 0; tries < MAX_HALVINGS && !areFinite(gradients); tries++) {
    gradients = session.trainForGradients(inputs);
  }
  session.restore(state);
  return { evaluated, trained, gradients };
}

/** Halvings from the initial loss scale, 2^15, to 1. */
const MAX_HALVINGS = 15;

/**
 * Compares a graph in lower precision with the same graph in float32, which has been compared with the program.
 *
 * @returns the differences beyond rounding in words, or `undefined`
 */
export function findPrecisionLoss(
  precision: Exclude<Precision, 'float32'>,
  expected: StepSample,
  actual: StepSample,
): string | undefined {
  const { output, gradient } = TOLERANCE[precision];
  const outputs = (['trained', 'evaluated'] as const).flatMap((kind) =>
    Object.entries(expected[kind]).flatMap(([name, values]) => {
      if (values instanceof Int32Array) return [];
      return describeDeviation(`${kind} "${name}"`, distance(actual[kind][name]!, values), norm(values), output);
    }),
  );
  const names = Object.keys(expected.gradients);
  const [far, size] = [
    Math.hypot(...names.map((name) => distance(actual.gradients[name]!, expected.gradients[name]!))),
    Math.hypot(...names.map((name) => norm(expected.gradients[name]!))),
  ];
  const differences = [...outputs, ...describeDeviation('the gradients', far, size, gradient)];
  return differences.length === 0 ? undefined : differences.join(', ');
}

const areFinite = (gradients: StepSample['gradients']): boolean =>
  Object.values(gradients).every((values) => values.every(Number.isFinite));
