import { matern, type Kernel } from './kernel.js';

/** Covariances of any point with fixed ones, which are kept in units of the lengths and side by side. */
export class Covariances {
  readonly #kernel: Kernel;
  readonly #inverseLengths: Float64Array;
  /** A row for each point. */
  readonly #scaled: Float64Array;
  readonly #point: Float64Array;
  /** Overwritten by every call. */
  readonly #result: Float64Array;

  constructor(points: readonly (readonly number[])[], kernel: Kernel) {
    const axes = kernel.weights.length;
    this.#kernel = kernel;
    this.#inverseLengths = kernel.weights.map((weight, axis) => (kernel.ordered[axis]! ? Math.sqrt(weight) : 1));
    this.#scaled = Float64Array.from({ length: points.length * axes }, (_, index) => {
      const axis = index % axes;
      return points[Math.floor(index / axes)]![axis]! * this.#inverseLengths[axis]!;
    });
    this.#point = new Float64Array(axes);
    this.#result = new Float64Array(points.length);
  }

  /** For each of the fixed points; valid until the next call. */
  with(point: readonly number[]): Float64Array {
    const { ordered, weights, scale } = this.#kernel;
    const [scaled, result, own] = [this.#scaled, this.#result, this.#point];
    const axes = own.length;
    for (let axis = 0; axis < axes; axis++) own[axis] = point[axis]! * this.#inverseLengths[axis]!;
    for (let row = 0, place = 0; row < result.length; row++) {
      let distance = 0;
      for (let axis = 0; axis < axes; axis++, place++) {
        const difference = own[axis]! - scaled[place]!;
        if (ordered[axis]!) distance += difference * difference;
        else if (difference !== 0) distance += weights[axis]!;
      }
      result[row] = scale * matern(distance);
    }
    return result;
  }
}
