import type { BackboneLayout, LayerLayout } from '../layouts/layer-layout.js';
import type { StoredTensor } from '../formats/weight-file.js';

/** Names that Keras 3 gives to groups of unnamed layers, before the number. */
const CLASSES: Readonly<Record<LayerLayout['kind'], string>> = {
  convolution: 'conv2d',
  depthwise: 'depthwise_conv2d',
  normalization: 'batch_normalization',
  dense: 'dense',
};

/**
 * Replaces the numbered names of a Keras 3 file without layer names (`#conv2d_13/kernel`) by the names of the backbone's
 * layers, in their order. Other names stay as they are, and so do numbers beyond the backbone's layers, such as a
 * classifier's.
 */
export function withLayerNames(
  tensors: ReadonlyMap<string, StoredTensor>,
  { layers }: BackboneLayout,
): ReadonlyMap<string, StoredTensor> {
  if (![...tensors.keys()].some((name) => name.startsWith('#'))) return tensors;
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const { kind, name } of layers) {
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    names.set(count === 0 ? `#${CLASSES[kind]}` : `#${CLASSES[kind]}_${count}`, name);
  }
  return new Map(
    Array.from(tensors, ([key, tensor]) => {
      const [layer = '', variable] = key.split('/');
      const name = names.get(layer);
      return [name === undefined ? key : `${name}/${variable}`, tensor];
    }),
  );
}
