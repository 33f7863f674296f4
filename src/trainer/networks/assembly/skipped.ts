import { dropConnect } from '../ops/dropout.js';
import type { Layer } from '../layer.js';
import { blockStream } from './dropout-layer.js';

/**
 * A residual block: what it computes is added to its input, or to what `shortcut` makes of that. In training it is left out
 * for a sample at random (stochastic depth, arXiv 1603.09382), later blocks more often, in proportion to their index.
 */
export function skipped(
  inner: Layer,
  place: { readonly index: number; readonly count: number },
  shortcut: Layer = { weights: [], apply: (x) => x },
): Layer {
  const { index, count } = place;
  return {
    weights: [...inner.weights, ...shortcut.weights],
    apply(x, pass) {
      const features = inner.apply(x, pass);
      const { training } = pass;
      const other = shortcut.apply(x, pass);
      if (training === undefined) return features.add(other);
      const rate = training.dropConnect.mul(index / count);
      return dropConnect(features, rate, { seed: training.seed, stream: blockStream(index) }).add(other);
    },
  };
}
