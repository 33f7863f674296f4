import type { Weight } from '../../src/trainer/graph/program/program.js';
import { tf, type Tensor } from '../../src/trainer/graph/native/tensorflow.js';

/** Pseudo-random numbers computed from a name and an index. recipe.py computes the same numbers in Python. */
export function uniform(name: string, count: number): Float64Array {
  const at = counter(name);
  return Float64Array.from({ length: count }, (_, index) => at(index));
}

/** The number in [0, 1) at an index. */
function counter(name: string): (index: number) => number {
  let start = 2166136261;
  for (const byte of Buffer.from(name)) start = Math.imul(start ^ byte, 16777619);
  return (index) => {
    let x = (start + Math.imul(index, 0x9e3779b9)) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** Whole numbers from 0 to 255, [batch, size, size, 3]. */
export function pixels(batch: number, size: number): Tensor {
  const perImage = size * size * 3;
  const noise = uniform('pixels', batch * perImage);
  const brightness = uniform('brightness', batch * 3);
  const values = Float32Array.from(noise, (share, index) => {
    return Math.floor(256 * share * brightness[Math.floor(index / perImage) * 3 + (index % 3)]!);
  });
  return tf.tensor4d(values, [batch, size, size, 3]);
}

export function fillWeights(weights: readonly Weight[]): void {
  for (const { name, variable } of weights) {
    tf.tidy(() => variable.assign(tf.tensor(weightValues(name, variable.shape), variable.shape)));
  }
}

/** Gain by weight name: small where sums of many blocks or raw pixels would grow, large where swish and gates shrink the signal. */
const GAINS = [
  [/^block\d[b-z]_project_bn\/gamma$/, 0.2],
  [/^(stem|block|top).*bn\/gamma$/, 1.1],
  [/(_3_bn|_bn2)\/gamma$/, 0.25],
  [/^(conv1_bn\/gamma|predictions\/kernel)$/, 0.3],
] as const;

export function weightValues(name: string, shape: readonly number[]): Float32Array {
  const gain = GAINS.find(([pattern]) => pattern.test(name))?.[1] ?? 1;
  const [low, high] = rangeOf(name.split('/').at(-1)!, shape);
  const values = new Float32Array(product(shape));
  const at = counter(name);
  for (let index = 0; index < values.length; index++) values[index] = (low + (high - low) * at(index)) * gain;
  return values;
}

function rangeOf(kind: string, shape: readonly number[]): [low: number, high: number] {
  if (kind === 'gamma') return [0.48, 1.44];
  if (kind === 'moving_variance') return [0.5, 1.5];
  if (kind === 'beta' || kind === 'bias' || kind === 'moving_mean') return [-0.2, 0.2];
  const isDepthwise = shape.at(-1) === 1;
  const spread = Math.sqrt(6 / (isDepthwise ? shape[0]! * shape[1]! : product(shape.slice(0, -1))));
  return [-spread, spread];
}

/** Two numbers that identify an array: its norm, and its dot product with a fixed array of numbers in [-1, 1). */
export function digest(name: string, values: Float32Array): { norm: number; probe: number } {
  const weights = uniform(`${name}/probe`, values.length);
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return { norm, probe: values.reduce((sum, value, index) => sum + value * (2 * weights[index]! - 1), 0) };
}

const product = (shape: readonly number[]) => shape.reduce((count, length) => count * length, 1);
