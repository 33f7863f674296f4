/**
 * Places from 0 to 1 of listed numbers, which are in ascending order: on a log scale where their ratios are more even than their
 * differences, otherwise on a plain one. With zero or negative numbers whose other steps are geometric (0, 1e-5, 1e-4, 1e-3) all
 * steps are equal.
 */
export function lineOf(sorted: readonly number[]): number[] {
  const first = sorted[0]!;
  const last = sorted.at(-1)!;
  if (sorted.length < 2 || first === last) return sorted.map(() => 0.5);
  const logs = sorted.map((value) => Math.log(value));
  if (first > 0) return scaled(unevenness(logs) < unevenness(sorted) ? logs : sorted);
  const positive = sorted.filter((value) => value > 0);
  const isGeometric = positive.length > 2 && unevenness(positive.map(Math.log)) < unevenness(positive);
  return scaled(isGeometric ? sorted.map((_, index) => index) : sorted);
}

function scaled(values: readonly number[]): number[] {
  const first = values[0]!;
  const span = values.at(-1)! - first;
  return values.map((value) => (value - first) / span);
}

/** Coefficient of variation of the steps between numbers: 0 where all are equal. */
function unevenness(values: readonly number[]): number {
  const steps = values.slice(1).map((value, index) => value - values[index]!);
  const mean = (values.at(-1)! - values[0]!) / steps.length;
  return Math.sqrt(steps.reduce((sum, step) => sum + (step - mean) ** 2, 0) / steps.length) / mean;
}
