import { adaptiveAveragePool } from '../ops/adaptive-average-pool.js';
import { relu } from '../ops/relu.js';
import { tf, type Tensor4D } from '../../graph/native/tensorflow.js';
import type { AlexNetConvolution, AlexNetPlan } from '../families/alexnet.js';
import { signalKernel } from '../initializers.js';
import { sequence, stateless, type Layer } from '../layer.js';
import { convolution, dense } from '../layers.js';
import type { Network } from '../network.js';
import { blockStream, dropoutLayer } from './dropout-layer.js';
import { scaleInput } from './scale-input.js';

/** AlexNet with blocks of one layer each: `conv1` to `conv5`, `fc6`, `fc7`. Its dropout is before the last two of them. */
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
      // Flattened channel by channel, as PyTorch does, so that its weights fit as they are.
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

/** There is no batch norm that would make up for kernels that change a signal's size. */
function convolutionBlock(name: string, { pooled, ...shape }: AlexNetConvolution): Layer {
  return sequence(
    convolution(name, { ...shape, bias: true, initialize: signalKernel }),
    stateless(relu),
    ...(pooled ? [stateless((x) => tf.maxPool(x as Tensor4D, 3, 2, 'valid'))] : []),
  );
}
