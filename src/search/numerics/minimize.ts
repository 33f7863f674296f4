export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
}

/**
 * A local minimum of a smooth function by L-BFGS with backtracking (Nocedal and Wright, "Numerical optimization", algorithms 7.4
 * and 3.1).
 *
 * @param evaluate - `undefined` where the function cannot be computed, which counts as infinite
 */
export function minimize(
  evaluate: (at: Float64Array) => Evaluation | undefined,
  start: Float64Array,
  { maxSteps, tolerance }: { readonly maxSteps: number; readonly tolerance: number },
): Float64Array {
  let at = start;
  let here = evaluate(at);
  if (here === undefined || !Number.isFinite(here.value)) return at;
  const pairs: Pair[] = [];
  for (let step = 0; step < maxSteps; step++) {
    const direction = descent(here.gradient, pairs);
    const slope = dot(direction, here.gradient);
    if (!(slope < -1e-10)) break;
    const next = lineSearch(evaluate, { at, here, direction, slope });
    if (next === undefined) break;
    const moved = difference(next.at, at);
    const change = difference(next.evaluation.gradient, here.gradient);
    const curvature = dot(moved, change);
    if (curvature > 1e-10) pairs.push({ moved, change, curvature });
    if (pairs.length > MEMORY) pairs.shift();
    const gain = here.value - next.evaluation.value;
    ({ at, evaluation: here } = next);
    if (gain < tolerance) break;
  }
  return at;
}

interface Pair {
  readonly moved: Float64Array;
  readonly change: Float64Array;
  readonly curvature: number;
}

const MEMORY = 8;
/** No coordinate moves further in one step. */
const MAX_MOVE = 2;

/** Minus the gradient times an approximation of the inverse Hessian. */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const factors = pairs.map(() => 0);
  for (let index = pairs.length - 1; index >= 0; index--) {
    const { moved, change, curvature } = pairs[index]!;
    factors[index] = dot(moved, direction) / curvature;
    addScaled(direction, change, -factors[index]!);
  }
  const last = pairs.at(-1);
  const scale =
    last === undefined ? 1 / Math.max(1, longest(gradient)) : last.curvature / dot(last.change, last.change);
  direction.forEach((value, index) => (direction[index] = value * scale));
  pairs.forEach(({ moved, change, curvature }, index) => {
    addScaled(direction, moved, factors[index]! - dot(change, direction) / curvature);
  });
  const excess = longest(direction) / MAX_MOVE;
  return excess > 1 ? direction.map((value) => value / excess) : direction;
}

interface Line {
  readonly at: Float64Array;
  readonly here: Evaluation;
  readonly direction: Float64Array;
  readonly slope: number;
}

/** Halves the step until the function falls by enough (Armijo). */
function lineSearch(
  evaluate: (at: Float64Array) => Evaluation | undefined,
  { at, here, direction, slope }: Line,
): { readonly at: Float64Array; readonly evaluation: Evaluation } | undefined {
  for (let step = 1; step > 1e-4; step /= 2) {
    const next = at.map((value, index) => value + step * direction[index]!);
    const evaluation = evaluate(next);
    if (evaluation !== undefined && evaluation.value <= here.value + 1e-4 * step * slope)
      return { at: next, evaluation };
  }
  return undefined;
}

const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, index) => value - b[index]!);

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, index) => sum + value * b[index]!, 0);

const longest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

function addScaled(to: Float64Array, values: Float64Array, factor: number): void {
  values.forEach((value, index) => (to[index] = to[index]! + factor * value));
}
