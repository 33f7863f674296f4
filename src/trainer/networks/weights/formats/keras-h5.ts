import { openHdf5, type Hdf5Group } from './hdf5.js';
import { damaged, type StoredTensor, type WeightFile } from './weight-file.js';

/**
 * Reads the weights of a Keras model from HDF5 in memory, as `save_weights` and `save` of Keras 2 and 3 write them. Arrays
 * are named `stem_conv/kernel`, those of an optimizer `optimizer/...`. Keras 3 numbers layers by class. Without their names
 * in the file or in `config`, arrays are named by number: `#conv2d_13/kernel` for the fourteenth convolution.
 *
 * @param config - the model's configuration, from `config.json` of a Keras archive
 * @throws InputError WEIGHTS_DAMAGED, WEIGHTS_TOO_LARGE
 */
export async function readKerasH5(path: string, content: Uint8Array, config?: unknown): Promise<WeightFile> {
  const { root, close } = await openHdf5(path, content);
  try {
    const tensors = new Map<string, StoredTensor>();
    const add = (name: string, tensor: StoredTensor): void => {
      if (tensors.has(name)) throw damaged(path, `two of its arrays have the name "${name}"`);
      tensors.set(name, tensor);
    };
    const whole = groupIn(root, 'model_weights');
    const layers = whole ?? root;
    if (layers.attribute('layer_names') !== undefined) readNamedLayers(path, layers, add);
    else readNumberedLayers(root, layerNames(config), add);
    for (const name of whole ? ['optimizer_weights'] : ['optimizer']) {
      const optimizer = groupIn(root, name);
      if (optimizer) eachArray(optimizer, 'optimizer', add);
    }
    return { path, parts: [path], format: 'Keras HDF5', tensors, metadata: {}, close };
  } catch (error) {
    close();
    throw error;
  }
}

type Add = (name: string, tensor: StoredTensor) => void;

/** Keras 2, and the older format of Keras 3: the attribute `weight_names` of each layer lists its arrays. */
function readNamedLayers(path: string, layers: Hdf5Group, add: Add): void {
  for (const layer of texts(layers.attribute('layer_names'))) {
    const group = groupIn(layers, layer);
    if (!group) throw damaged(path, `it lists the layer "${layer}" but does not contain it`);
    for (const name of texts(group.attribute('weight_names'))) {
      const tensor = group.get(name);
      if (tensor === undefined || !('read' in tensor))
        throw damaged(path, `it lists "${name}" but does not contain it`);
      add(plainName(name), tensor);
    }
  }
}

/** Shortens `efficientnetb0/stem_conv/kernel:0` to `stem_conv/kernel`, and Keras 2's `depthwise_kernel` to `kernel`. */
function plainName(name: string): string {
  const plain = name.replace(/:\d+$/, '').replace(/depthwise_kernel$/, 'kernel');
  return plain.split('/').slice(-2).join('/');
}

/** Variables of a layer in the order in which Keras 3 numbers them. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  conv2d: ['kernel', 'bias'],
  depthwise_conv2d: ['kernel', 'bias'],
  dense: ['kernel', 'bias'],
  batch_normalization: ['gamma', 'beta', 'moving_mean', 'moving_variance'],
  normalization: ['mean', 'variance', 'count'],
};

/** Keras 3: groups `conv2d`, `conv2d_1`, ... with arrays `vars/0`, `vars/1`. A model within the model is a nested group. */
function readNumberedLayers(group: Hdf5Group, names: ReadonlyMap<string, string>, add: Add): void {
  for (const place of group.names) {
    const layer = groupIn(group, place);
    if (!layer || place === 'optimizer') continue;
    const variables = groupIn(layer, 'vars');
    const noted = variables?.attribute('name');
    const name = typeof noted === 'string' ? noted : (names.get(place) ?? `#${place}`);
    const known = VARIABLES[place.replace(/_\d+$/, '')] ?? [];
    for (const number of variables?.names ?? []) {
      const tensor = variables?.get(number);
      if (tensor && 'read' in tensor) add(`${name}/${known[Number(number)] ?? number}`, tensor);
    }
    if (place !== 'vars') readNumberedLayers(layer, names, add);
  }
}

/** Layer names from the model's configuration, by the group that Keras 3 stores each layer in (`conv2d_13`). */
function layerNames(config: unknown): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const { className, name } of layersOf(config)) {
    const base = className
      .replace(/\W+/g, '')
      .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
      .replace(/([a-z])([A-Z])/g, '$1_$2')
      .toLowerCase();
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    names.set(count === 0 ? base : `${base}_${count}`, name);
  }
  return names;
}

function* layersOf(config: unknown): Generator<{ readonly className: string; readonly name: string }> {
  const layers = (config as { config?: { layers?: unknown } } | undefined)?.config?.layers;
  if (!Array.isArray(layers)) return;
  for (const layer of layers as readonly { class_name?: unknown; config?: { name?: unknown; layers?: unknown } }[]) {
    const { class_name: className, config: inner } = layer;
    if (typeof className !== 'string' || typeof inner?.name !== 'string') continue;
    yield { className, name: inner.name };
    yield* layersOf(layer);
  }
}

function eachArray(group: Hdf5Group, prefix: string, add: Add): void {
  for (const name of group.names) {
    const found = group.get(name);
    if (found && 'read' in found) add(`${prefix}/${name}`, found);
    else if (found) eachArray(found, `${prefix}/${name}`, add);
  }
}

function groupIn(group: Hdf5Group, name: string): Hdf5Group | undefined {
  const found = group.names.includes(name) || name.includes('/') ? group.get(name) : undefined;
  return found && 'names' in found ? found : undefined;
}

const texts = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;
