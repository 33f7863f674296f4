/** `distance` in words where it is more than `tolerance` times `scale`, else nothing. */
export function describeDeviation(what: string, distance: number, scale: number, tolerance: number): string[] {
  if (distance <= tolerance * scale) return [];
  return [`${what} by ${(distance / scale).toPrecision(2)} (allowed: ${tolerance})`];
}

/** Euclidean; infinite where one side is finite and the other is not. */
export function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < expected.length; index++) {
    const [a, b] = [actual[index]!, expected[index]!];
    if (!Object.is(a, b)) sum += (a - b) ** 2;
  }
  return Number.isNaN(sum) ? Infinity : Math.sqrt(sum);
}

/** Of the finite values: what has overflowed in both is no difference. */
export function norm(values: Float32Array | Int32Array | Uint8Array): number {
  let sum = 0;
  for (const value of values) if (Number.isFinite(value)) sum += value ** 2;
  return Math.sqrt(sum);
}
