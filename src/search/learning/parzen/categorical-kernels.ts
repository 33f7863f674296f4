import type { AxisKernels } from './axis-kernels.js';

/** A distribution for each observation that prefers its value, and a uniform one. The more observations, the clearer it prefers. */
export function categoricalKernels(observed: readonly number[], choices: number): AxisKernels {
  const kernels = observed.length + 1;
  const total = 1 + choices / kernels;
  const other = observed.length === 0 ? 1 / choices : 1 / kernels / total;
  const own = (1 + 1 / kernels) / total;
  const [logOther, logOwn, logUniform] = [Math.log(other), Math.log(own), -Math.log(choices)];
  return {
    addLogDensities: (choice, sums) => {
      for (let kernel = 0; kernel < observed.length; kernel++) {
        sums[kernel]! += observed[kernel] === choice ? logOwn : logOther;
      }
      sums[observed.length]! += logUniform;
    },
    draw: (kernel, share) => {
      const value = observed[kernel];
      if (value === undefined) return Math.floor(share * choices);
      if (share < own - other) return value;
      return Math.min(choices - 1, Math.floor((share - (own - other)) / other));
    },
  };
}
