/** Describes a deviation in words. Empty if `distance` is at most `tolerance * scale`. */
export function describeDeviation(what: string, distance: number, scale: number, tolerance: number): string[] {
  if (distance <= tolerance * scale) return [];
  return [`${what} by ${(distance / scale).toPrecision(2)} (allowed: ${tolerance})`];
}

/** Euclidean distance. Infinity if a value is finite in only one of the arrays. */
export function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < expected.length; index++) {
    const [a, b] = [actual[index]!, expected[index]!];
    if (!Object.is(a, b)) sum += (a - b) ** 2;
  }
  return Number.isNaN(sum) ? Infinity : Math.sqrt(sum);
}

/** Euclidean norm of the finite values. */
export function norm(values: Float32Array | Int32Array | Uint8Array): number {
  let sum = 0;
  for (const value of values) if (Number.isFinite(value)) sum += value ** 2;
  return Math.sqrt(sum);
}
