import { dropConnect } from '../ops/dropout.js';
import { blockStream } from './dropout-layer.js';
import type { Layer } from './layer.js';

/**
 * A residual block: `inner(x) + shortcut(x)`; without `shortcut`, `inner(x) + x`. In training, `inner` is skipped for
 * random samples (stochastic depth, arXiv 1603.09382) with a probability proportional to the block's index.
 *
 * @param place - the block's index, and the number of blocks in the network
 */
export function residual(
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
