import type { ResNetConvolution, ResNetPlan } from '../../families/resnet.js';
import { convolution, normalization, placesInStages, type BackboneLayout, type LayerLayout } from './layer-layout.js';

/** ResNet 18 to 101. Keras lists the layers of a shortcut before the last convolution of the block's path. */
export function resNetLayout({ stem, blocks, bias }: ResNetPlan): BackboneLayout {
  const layers: LayerLayout[] = [
    convolution({ name: stem.convolution, torch: 'conv1' }, [7, 7, 3, stem.filters], bias),
    normalization({ name: stem.normalization, torch: 'bn1' }, stem.filters),
  ];
  const places = placesInStages(blocks, 1);
  for (const [index, { path, shortcut, filtersIn }] of blocks.entries()) {
    const prefix = `layer${places[index]!}.`;
    const add = (part: ResNetConvolution, channels: number, torch: string, torchNorm: string): void => {
      const shape = [part.kernelSize, part.kernelSize, channels, part.filtersOut];
      layers.push(
        convolution({ name: part.convolution, torch: prefix + torch }, shape, bias),
        normalization({ name: part.normalization, torch: prefix + torchNorm }, part.filtersOut),
      );
    };
    let channels = filtersIn;
    for (const [step, part] of path.entries()) {
      if (shortcut && step === path.length - 1) add(shortcut, filtersIn, 'downsample.0', 'downsample.1');
      add(part, channels, `conv${step + 1}`, `bn${step + 1}`);
      channels = part.filtersOut;
    }
  }
  return { layers, classifier: { name: 'predictions', features: blocks.at(-1)!.filtersOut, torch: 'fc' } };
}
