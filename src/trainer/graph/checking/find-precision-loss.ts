import { describeDeviation, distance, norm } from './deviation.js';
import type { GraphSession } from '../running/graph-session.js';
import type { Precision, StepInputs, StepOutputs, StepState } from '../program/program.js';

/**
 * How far a graph in lower precision may be from the same in float32, as a share of the norm: of each output, and of all
 * gradients together. Wide, because a random network with batch norm over few values amplifies rounding: EfficientNet-B0's
 * gradients are 0.14 and 0.04 apart at 96 px in batches of 16, 0.7 and 0.15 at 32 px in batches of 8.
 */
const TOLERANCE = { bfloat16: { output: 0.5, gradient: 0.9 }, float16: { output: 0.25, gradient: 0.5 } };

/** What comes out of a step from a given state. */
export interface StepSample {
  readonly evaluated: StepOutputs;
  readonly trained: StepOutputs;
  readonly gradients: Readonly<Record<string, Float32Array>>;
}

/** Takes steps from a state and leaves it in the session. */
export function sampleStep(session: GraphSession, state: StepState, inputs: StepInputs): StepSample {
  session.restore(state);
  const evaluated = session.evaluate(inputs);
  const trained = session.train(inputs);
  session.restore(state);
  let gradients = session.trainForGradients(inputs);
  // A step that is skipped leaves the loss scaled by half.
  for (let tries = 0; tries < MAX_HALVINGS && !areFinite(gradients); tries++) {
    gradients = session.trainForGradients(inputs);
  }
  session.restore(state);
  return { evaluated, trained, gradients };
}

/** From the scale that training begins with to one that does nothing. */
const MAX_HALVINGS = 15;

/**
 * Holds a graph in lower precision to the same graph in float32, which has been held to the program.
 *
 * @returns what differs by more than rounding, in words, or `undefined`
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
