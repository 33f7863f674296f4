/** Outcomes in units that a Gaussian process can model: mean 0, variance 1, and as near to a normal distribution as possible. */
export interface Outcomes {
  readonly values: readonly number[];
  /** The outcome that a number in these units stands for. */
  readonly outcomeOf: (value: number) => number;
}

/**
 * Transforms outcomes by the power that makes them most likely under a normal distribution (Yeo and Johnson, "A new family of power
 * transformations to improve normality or symmetry", doi 10.1093/biomet/87.4.954). Losses of some hundreds among those of bad
 * learning rates are drawn in, and a few good values among many equally bad ones too; the order stays.
 */
export function transformOutcomes(outcomes: readonly number[]): Outcomes {
  const plain = scaleOf(outcomes);
  const units = outcomes.map(plain.to);
  const power = likeliestPower(units);
  const bent = scaleOf(units.map((value) => yeoJohnson(value, power)));
  return {
    values: units.map((value) => bent.to(yeoJohnson(value, power))),
    outcomeOf: (value) => plain.from(inverseYeoJohnson(bent.from(value), power)),
  };
}

const LEAST_POWER = -3;
const MOST_POWER = 5;
const POWER_STEP = 0.1;

function likeliestPower(values: readonly number[]): number {
  const logJacobian = values.reduce((sum, value) => sum + Math.sign(value) * Math.log1p(Math.abs(value)), 0);
  let best = { power: 1, likelihood: -Infinity };
  for (let step = 0; step <= (MOST_POWER - LEAST_POWER) / POWER_STEP; step++) {
    const power = LEAST_POWER + step * POWER_STEP;
    const { deviation } = scaleOf(values.map((value) => yeoJohnson(value, power)));
    const likelihood = -values.length * Math.log(deviation) + (power - 1) * logJacobian;
    if (likelihood > best.likelihood) best = { power, likelihood };
  }
  return best.power;
}

const isNear = (a: number, b: number): boolean => Math.abs(a - b) < POWER_STEP / 2;

function yeoJohnson(value: number, power: number): number {
  if (value < 0) return -yeoJohnson(-value, 2 - power);
  return isNear(power, 0) ? Math.log1p(value) : ((1 + value) ** power - 1) / power;
}

function inverseYeoJohnson(value: number, power: number): number {
  if (value < 0) return -inverseYeoJohnson(-value, 2 - power);
  if (isNear(power, 0)) return Math.expm1(value);
  // A power below 0 reaches only values below -1 / power.
  return Math.max(0, 1 + power * value) ** (1 / power) - 1;
}

interface Scale {
  readonly deviation: number;
  readonly to: (value: number) => number;
  readonly from: (value: number) => number;
}

/** To mean 0 and variance 1, and back. Equal values get 0. */
function scaleOf(values: readonly number[]): Scale {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const deviation = Math.sqrt(variance) || 1;
  return { deviation, to: (value) => (value - mean) / deviation, from: (value) => mean + deviation * value };
}
