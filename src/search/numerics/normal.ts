const SQRT_2 = Math.SQRT2;
const LOG_SQRT_2_PI = 0.5 * Math.log(2 * Math.PI);

/** Logarithm of the standard normal density. */
export const normalLogDensity = (z: number): number => -0.5 * z * z - LOG_SQRT_2_PI;

/** Probability that a standard normal number is below `z`. Relative error about 1e-15, in the lower tail too. */
export const normalCdf = (z: number): number => 0.5 * erfc(-z / SQRT_2);

/** Logarithm of `normalCdf`, down to any `z`. */
export function normalLogCdf(z: number): number {
  if (z > 0) return Math.log1p(-normalCdf(-z));
  if (z > -1) return Math.log(normalCdf(z));
  return Math.log(0.5 * erfcx(-z / SQRT_2)) - 0.5 * z * z;
}

/**
 * The number below which a standard normal number lies with this probability, in (0, 1): Acklam's rational approximation
 * (relative error 1e-9) and one step of Halley's method, which makes it exact to about 1e-15.
 */
export function normalQuantile(probability: number): number {
  if (probability > 0.5) return -normalQuantile(1 - probability);
  const z = approximateQuantile(probability);
  const error = (normalCdf(z) - probability) * Math.exp(-normalLogDensity(z));
  return z - error / (1 + 0.5 * z * error);
}

/** Complementary error function. */
const erfc = (x: number): number => (x < 0 ? 2 - erfc(-x) : x < SERIES_BELOW ? 1 - erfSeries(x) : erfcTail(x));

/** `exp(x^2) erfc(x)` for x of 0 or more, where `erfc(x)` alone would underflow. */
export const erfcx = (x: number): number => (x < SERIES_BELOW ? Math.exp(x * x) * (1 - erfSeries(x)) : scaledTail(x));

const SERIES_BELOW = 1.5;

const erfcTail = (x: number): number => Math.exp(-x * x) * scaledTail(x);

/** Maclaurin series of erf with all terms positive: `2 / sqrt(pi) exp(-x^2) sum (2x^2)^k x / (2k + 1)!!`. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** Continued fraction of `exp(x^2) erfc(x)` (Abramowitz and Stegun, 7.1.14), evaluated from its end. */
function scaledTail(x: number): number {
  const depth = Math.ceil(12 + 200 / (x * x));
  let fraction = x;
  for (let k = depth; k >= 1; k--) fraction = x + k / 2 / fraction;
  return 1 / (Math.sqrt(Math.PI) * fraction);
}

/** P. J. Acklam, "An algorithm for computing the inverse normal cumulative distribution function" (2003), lower half. */
function approximateQuantile(probability: number): number {
  if (probability < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(probability));
    return polynomial(TAIL_ABOVE, q) / polynomial(TAIL_BELOW, q);
  }
  const q = probability - 0.5;
  return (polynomial(CENTRE_ABOVE, q * q) * q) / polynomial(CENTRE_BELOW, q * q);
}

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

const CENTRE_ABOVE = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
];
const CENTRE_BELOW = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1,
];
const TAIL_ABOVE = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const TAIL_BELOW = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1];
