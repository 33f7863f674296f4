/**
 * Number of elements of an array with this shape; 1 for a scalar. In a file of its own, because the command line reads
 * checkpoints with it and must not import TensorFlow.
 */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
