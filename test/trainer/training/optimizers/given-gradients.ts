import { buildOptimizer } from '../../../../src/trainer/training/optimizers/optimizer.js';
import type { OptimizerSettings } from '../../../../src/trainer/training/parameters/optimizer.js';
import type { Optimizer, Program, StepInputs, Weight } from '../../../../src/trainer/graph/program/program.js';
import { tf } from '../../../../src/trainer/graph/native/tensorflow.js';
import { uniform } from '../../../reference/recipe.js';

const SHAPES = { kernel: [2, 3], bias: [4] };
const SIZES = { kernel: 6, bias: 4 };
const NAMES = ['kernel', 'bias'] as const;
export const LEARNING_RATE = 0.01;

/** Keras' Adam, with the settings that a test overrides. */
export function settings(changes: Partial<OptimizerSettings> = {}): OptimizerSettings {
  return {
    name: 'adam',
    momentum: 0.9,
    nesterov: false,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-7,
    weightDecay: 0,
    lookahead: false,
    lookaheadSteps: 5,
    lookaheadAlpha: 0.5,
    gradientClipNorm: undefined,
    emaDecay: undefined,
    ...changes,
  };
}

export const optimizerOf = (changes: Partial<OptimizerSettings>): Optimizer => buildOptimizer(settings(changes));

/** A program whose gradients are its inputs. Evaluation returns the weights that it uses. */
export function givenGradients(optimizer: Optimizer, changes: Partial<Program> = {}): Program {
  const weights = NAMES.map((name, depth): Weight => {
    const values = Float32Array.from(uniform(`start ${name}`, SIZES[name]));
    return { name, variable: tf.tidy(() => tf.variable(tf.tensor(values, SHAPES[name]))), trainable: true, depth };
  });
  const scalars = ['learning_rate', 'layer_decay', 'batch_weight', ...Object.keys(optimizer.inputs(0))];
  return {
    signature: 'given gradients',
    inputs: {
      ...Object.fromEntries(NAMES.map((name) => [name, { shape: SHAPES[name], dtype: 'float32' } as const])),
      ...Object.fromEntries(scalars.map((name) => [name, { shape: [], dtype: 'float32' } as const])),
    },
    weights,
    optimizer,
    train: (inputs) => ({
      outputs: {},
      gradients: new Map(weights.map((weight) => [weight, inputs[weight.name]!])),
      assignments: new Map(),
      weight: inputs['batch_weight']!,
    }),
    evaluate: (_, valueOf) => Object.fromEntries(weights.map((weight) => [weight.name, valueOf(weight)])),
    ...changes,
  };
}

/** The recipe's gradients of a step, of sizes from 1e-5 to 1. */
export function gradients(step: number): { kernel: Float32Array; bias: Float32Array } {
  const [kernel, bias] = NAMES.map((name) =>
    Float32Array.from(uniform(`gradient ${step} ${name}`, SIZES[name]), (u, index) =>
      Math.fround((2 * u - 1) * 10 ** -index),
    ),
  ) as [Float32Array, Float32Array];
  return { kernel, bias };
}

export function feeds(optimizer: Optimizer, step: number, more: StepInputs = {}): StepInputs {
  return {
    ...gradients(step),
    learning_rate: LEARNING_RATE,
    layer_decay: 1,
    batch_weight: 1,
    ...optimizer.inputs(step),
    ...more,
  };
}

export function release(program: Program): void {
  tf.dispose(program.weights.map(({ variable }) => variable));
}
