import { betaCdf } from './beta.js';

/** Probability that a number of Student's t distribution with `df` degrees of freedom (above 0) is below `t`. DLMF 8.17.5. */
export function studentCdf(t: number, df: number): number {
  const tail = betaCdf(df / (df + t * t), df / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** Mean, sample standard deviation and size of a sample. */
export interface Sample {
  readonly mean: number;
  readonly deviation: number;
  readonly size: number;
}

/**
 * Probability that the mean behind sample `a` is above the one behind `b`, by Welch's t statistic: the posterior probability
 * under flat priors, up to Welch's approximation of the degrees of freedom (Biometrika 1947, doi 10.1093/biomet/34.1-2.28).
 * `undefined` for a sample with fewer than two numbers, and where no number varies.
 */
export function probabilityAbove(a: Sample, b: Sample): number | undefined {
  if (a.size < 2 || b.size < 2) return undefined;
  const [ofA, ofB] = [a.deviation ** 2 / a.size, b.deviation ** 2 / b.size];
  const variance = ofA + ofB;
  if (!(variance > 0)) return undefined;
  const df = variance ** 2 / (ofA ** 2 / (a.size - 1) + ofB ** 2 / (b.size - 1));
  return studentCdf((a.mean - b.mean) / Math.sqrt(variance), df);
}

/** The 95 % confidence interval of the mean of a sample; `undefined` for fewer than three numbers, where it would say nothing. */
export function intervalOf(values: readonly number[]): readonly [low: number, high: number] | undefined {
  const size = values.length;
  if (size < 3) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / size;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (size - 1));
  const half = (studentQuantile(0.975, size - 1) * deviation) / Math.sqrt(size);
  return [mean - half, mean + half];
}

/** The number below which one of Student's t distribution lies with this probability, from 0.5 up to 1; by bisection. */
export function studentQuantile(probability: number, df: number): number {
  let [low, high] = [0, 1];
  while (studentCdf(high, df) < probability && high < MAX_T) high *= 2;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return high;
    if (studentCdf(middle, df) < probability) low = middle;
    else high = middle;
  }
}

/** Beyond, the distribution function is 1 in floating point. */
const MAX_T = 2 ** 60;
