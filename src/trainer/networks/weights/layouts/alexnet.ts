import type { AlexNetPlan } from '../../families/alexnet.js';
import { convolution, dense, type BackboneLayout, type LayerLayout } from './layer-layout.js';

/** torchvision's numbers also count the layers without weights: activations, pooling, dropout. */
export function alexNetLayout({ convolutions, pooledSize, units }: AlexNetPlan): BackboneLayout {
  const layers: LayerLayout[] = [];
  let number = 0;
  for (const [index, { kernelSize, filtersIn, filtersOut, pooled }] of convolutions.entries()) {
    const names = { name: `conv${index + 1}`, torch: `features.${number}` };
    layers.push(convolution(names, [kernelSize, kernelSize, filtersIn, filtersOut], true));
    number += pooled ? 3 : 2;
  }
  let features = convolutions.at(-1)!.filtersOut * pooledSize ** 2;
  for (const [index, count] of units.entries()) {
    layers.push(
      dense({ name: `fc${convolutions.length + index + 1}`, torch: `classifier.${1 + 3 * index}` }, features, count),
    );
    features = count;
  }
  const torch = `classifier.${3 * units.length}`;
  return { layers, classifier: { name: 'predictions', features, torch } };
}
