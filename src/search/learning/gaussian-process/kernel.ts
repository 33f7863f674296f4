const SQRT_5 = Math.sqrt(5);

/** Matern kernel of smoothness 5/2 of a squared distance in lengths; 1 at distance 0. */
export function matern(squaredDistance: number): number {
  const r = SQRT_5 * Math.sqrt(squaredDistance);
  return (1 + r + (r * r) / 3) * Math.exp(-r);
}

/** Derivative of `matern` in the squared distance. */
export function maternSlope(squaredDistance: number): number {
  const r = SQRT_5 * Math.sqrt(squaredDistance);
  return (-5 / 6) * (1 + r) * Math.exp(-r);
}

/** What decides the covariance of two points. */
export interface Kernel {
  /** Whether an axis is ordered: the distance is that of the coordinates, otherwise 1 between any two different ones. */
  readonly ordered: readonly boolean[];
  /** For each axis, 1 / length^2. */
  readonly weights: Float64Array;
  /** Variance of the process. */
  readonly scale: number;
}
