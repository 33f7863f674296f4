import type { Weight } from '../../src/trainer/step/program.js';
import { tf, type Tensor } from '../../src/trainer/tensorflow.js';

/** The twin of recipe.py: numbers that Python and TypeScript make alike from a name and an index. */
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

/** By name of a norm: small where the sum of many blocks would grow, large where swish and gates let a signal fade. */
const GAINS = [
  [/^block\d[b-z]_project_bn\//, 0.2],
  [/^(stem|block|top).*bn\//, 1.1],
  [/(_3_bn|_bn2)\//, 0.25],
] as const;

function weightValues(name: string, shape: readonly number[]): Float32Array {
  const kind = name.split('/').at(-1)!;
  const count = product(shape);
  const spread = Math.sqrt(6 / (shape.at(-1) === 1 ? shape[0]! * shape[1]! : product(shape.slice(0, -1))));
  if (kind === 'gamma') {
    const gain = GAINS.find(([pattern]) => pattern.test(name))?.[1] ?? 1;
    return affine(name, count, 0.96 * gain, 0.48 * gain);
  }
  if (kind === 'moving_variance') return affine(name, count, 1, 0.5);
  if (kind === 'beta' || kind === 'bias' || kind === 'moving_mean') return affine(name, count, 0.4, -0.2);
  return affine(name, count, 2 * spread, -spread);
}

function affine(name: string, count: number, scale: number, offset: number): Float32Array {
  const values = new Float32Array(count);
  const at = counter(name);
  for (let index = 0; index < count; index++) values[index] = at(index) * scale + offset;
  return values;
}

/** Two numbers that tell arrays apart: the norm, and the product with a fixed array of numbers in [-1, 1). */
export function digest(name: string, values: Float32Array): { norm: number; probe: number } {
  const weights = uniform(`${name}/probe`, values.length);
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return { norm, probe: values.reduce((sum, value, index) => sum + value * (2 * weights[index]! - 1), 0) };
}

const product = (shape: readonly number[]) => shape.reduce((count, length) => count * length, 1);
