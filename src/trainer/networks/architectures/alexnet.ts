import { adaptiveAveragePool } from '../ops/adaptive-average-pool.js';
import { relu } from '../ops/relu.js';
import { tf, type Tensor4D } from '../../graph/native/tensorflow.js';
import type { AlexNetConvolution, AlexNetPlan } from '../families/alexnet.js';
import { signalKernel } from '../layers/initializers.js';
import { sequence, stateless, type Layer, type Network } from '../layers/layer.js';
import { convolution } from '../layers/convolution.js';
import { dense } from '../layers/dense.js';
import { blockStream, dropoutLayer } from '../layers/dropout-layer.js';
import { scaleInput } from '../layers/scale-input.js';

/** AlexNet (arXiv 1404.5997). Every layer is a block: `conv1` to `conv5`, `fc6`, `fc7`. Dropout precedes `fc6` and `fc7`. */
export function alexNetwork(plan: AlexNetPlan, classes: number): Network {
  const { convolutions, pooledSize, units } = plan;
  const features = convolutions.map((shape, index) => convolutionBlock(`conv${index + 1}`, shape));
  const first = features.shift()!;
  const last = features.pop()!;
  const widths = [pooledSize ** 2 * convolutions.at(-1)!.filtersOut, ...units];
  return {
    blocks: [
      sequence(scaleInput(plan.scaling), first),
      ...features,
      // Flattened channel by channel, as in PyTorch, so that PyTorch's weights fit without reordering.
      sequence(
        last,
        stateless((x) => adaptiveAveragePool(x, pooledSize).transpose([0, 3, 1, 2]).reshape([-1, widths[0]!])),
      ),
      ...units.map((width, index) => {
        const place = convolutions.length + index;
        return sequence(
          dropoutLayer(blockStream(place)),
          dense(`fc${place + 1}`, widths[index]!, width, signalKernel),
          stateless(relu),
        );
      }),
    ],
    head: dense('predictions', widths.at(-1)!, classes),
  };
}

/** `signalKernel` keeps the variance of activations, because no batch norm follows. */
function convolutionBlock(name: string, { pooled, ...shape }: AlexNetConvolution): Layer {
  return sequence(
    convolution(name, { ...shape, bias: true, initialize: signalKernel }),
    stateless(relu),
    ...(pooled ? [stateless((x) => tf.maxPool(x as Tensor4D, 3, 2, 'valid'))] : []),
  );
}
