import type { BackboneLayout, LayerLayout } from '../layouts/layer-layout.js';
import type { StoredTensor } from './weight-file.js';

/** What Keras 3 calls layers of a kind when it numbers them. */
const CLASSES: Readonly<Record<LayerLayout['kind'], string>> = {
  convolution: 'conv2d',
  depthwise: 'depthwise_conv2d',
  normalization: 'batch_normalization',
  dense: 'dense',
};

/**
 * Names of a file of Keras 3 that has only numbers, `#conv2d_13/kernel`, taken for those of the backbone's layers in order.
 * Other names are left as they are; so are numbers that the backbone has not, such as a classifier's.
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
