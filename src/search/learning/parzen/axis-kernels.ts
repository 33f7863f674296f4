/** One axis of a mixture: a kernel for each observation, and one more that covers the whole axis. */
export interface AxisKernels {
  /** Adds the logarithm of each kernel's density at a coordinate to the sum of the kernel. */
  readonly addLogDensities: (coordinate: number, sums: Float64Array) => void;
  /** The coordinate at a share, in (0, 1), of a kernel's probability. */
  readonly draw: (kernel: number, share: number) => number;
}
