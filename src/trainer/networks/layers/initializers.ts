import type { Random } from '../../../core/random.js';

type Initializer = (shape: readonly number[], random: Random) => Float32Array;

export const zeros: Initializer = (shape) => new Float32Array(product(shape));
export const ones: Initializer = (shape) => new Float32Array(product(shape)).fill(1);

/**
 * Truncated normal distribution with variance 2 / fan-out (He et al., arXiv 1502.01852), cut at two standard deviations:
 * Keras' `VarianceScaling(2.0, 'fan_out', 'truncated_normal')`. The last two dimensions of `shape` are input and output
 * channels.
 */
export const convolutionKernel: Initializer = (shape, random) => {
  return truncatedNormal(shape, 2 / fanOut(shape), random);
};

/** As `convolutionKernel`, with variance 2 / fan-in: keeps the variance of activations in networks without batch norm. */
export const signalKernel: Initializer = (shape, random) => {
  return truncatedNormal(shape, (2 * shape.at(-1)!) / product(shape), random);
};

/**
 * Uniform distribution with variance 2 / (in + out) (Glorot and Bengio, 2010), Keras' default for dense layers. Keras'
 * EfficientNet has 1 / (3 * out) here, which is too large for few classes: with ten, the first losses are twice those of a
 * guess, and training recovers slowly.
 */
export const classifierKernel: Initializer = (shape, random) => {
  const limit = Math.sqrt(6 / (shape[0]! + shape[1]!));
  return fill(shape, () => limit * (2 * random() - 1));
};

/** Probability of a value below -2 in a standard normal distribution, and the standard deviation of its part from -2 to 2. */
const CUT_SHARE = 0.022750131948179195;
const DEVIATION_WHEN_CUT = 0.8796256610342398;

/**
 * Quantile function of the standard normal distribution (Wichura's algorithm AS 241, 1988; relative error about 1e-16), for
 * `p` from 1e-11 to 1 - 1e-11. Needs no sine, whose last bit differs between JavaScript engines.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRE_NUMERATOR, r)) / polynomial(CENTRE_DENOMINATOR, r);
  }
  const r = Math.sqrt(-Math.log(Math.min(p, 1 - p))) - 1.6;
  return (Math.sign(q) * polynomial(TAIL_NUMERATOR, r)) / polynomial(TAIL_DENOMINATOR, r);
}

/** Coefficients from the highest power down. */
const CENTRE_NUMERATOR = [
  2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125,
  1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
];
const CENTRE_DENOMINATOR = [
  5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867, 5394.1960214247511077,
  687.1870074920579083, 42.313330701600911252, 1,
];
const TAIL_NUMERATOR = [
  7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
  3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
];
const TAIL_DENOMINATOR = [
  1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
  0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1,
];

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * x + coefficient;
  return sum;
}

function truncatedNormal(shape: readonly number[], variance: number, random: Random): Float32Array {
  const deviation = Math.sqrt(variance) / DEVIATION_WHEN_CUT;
  return fill(shape, () => deviation * normalQuantile(CUT_SHARE + random() * (1 - 2 * CUT_SHARE)));
}

function fill(shape: readonly number[], next: () => number): Float32Array {
  const values = new Float32Array(product(shape));
  for (let index = 0; index < values.length; index++) values[index] = next();
  return values;
}

const product = (shape: readonly number[]) => shape.reduce((count, length) => count * length, 1);

/** Number of outputs that each input reaches: output channels times the size of the window. */
const fanOut = (shape: readonly number[]) => product(shape) / shape.at(-2)!;
