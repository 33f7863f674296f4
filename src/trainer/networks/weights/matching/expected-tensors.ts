import type { BackboneLayout, Dialect, LayerLayout } from '../layouts/layer-layout.js';
import { elements } from '../formats/weight-file.js';

/** A weight of a backbone, and the name and shape that it has in a file. */
export interface ExpectedTensor {
  /** This program's name: `stem_conv/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly foreignName: string;
  readonly foreignShape: readonly number[];
  /** Reorders the file's values to this program's order of axes. */
  readonly convert: (values: Float32Array) => Float32Array;
}

/** Every weight of a backbone but the classifier's, as named in a dialect; `undefined` if the dialect lacks the backbone. */
export function expectedTensors({ layers }: BackboneLayout, dialect: Dialect): ExpectedTensor[] | undefined {
  if (dialect === 'package' && layers.some((layer) => layer.package === undefined)) return undefined;
  return layers.flatMap((layer) => layerTensors(layer, dialect));
}

/** Kernel and bias of the classifier, as a file of a dialect has them under `foreignName`. */
export function classifierTensors(
  { classifier }: BackboneLayout,
  dialect: Dialect,
  foreignName: string,
  classes: number,
): ExpectedTensor[] {
  const { name, features } = classifier;
  const named = { ...classifier, torch: foreignName, package: foreignName };
  const layer: LayerLayout = { ...named, kind: 'dense', name, shape: [features, classes], bias: true };
  const tensors = layerTensors(layer, dialect);
  if (dialect !== 'keras') return tensors;
  return tensors.map((tensor) => ({ ...tensor, foreignName: tensor.name.replace(name, foreignName) }));
}

function layerTensors(layer: LayerLayout, dialect: Dialect): ExpectedTensor[] {
  const { kind, name, shape, bias } = layer;
  const foreign = { keras: name, torch: layer.torch, package: layer.package ?? '' }[dialect];
  const vector = (own: string, torch: string): ExpectedTensor => {
    const foreignName = dialect === 'keras' ? `${foreign}/${own}` : `${foreign}.${torch}`;
    const length = [shape.at(-1)!];
    return { name: `${name}/${own}`, shape: length, foreignName, foreignShape: length, convert: (values) => values };
  };
  if (kind === 'normalization') {
    return [
      vector('gamma', 'weight'),
      vector('beta', 'bias'),
      vector('moving_mean', 'running_mean'),
      vector('moving_variance', 'running_var'),
    ];
  }
  const order = dialect === 'keras' ? undefined : TORCH_AXES[kind];
  const kernel: ExpectedTensor = {
    name: `${name}/kernel`,
    shape,
    foreignName: dialect === 'keras' ? `${foreign}/kernel` : `${foreign}.weight`,
    foreignShape: order ? order.map((axis) => shape[axis]!) : shape,
    convert: order ? (values) => transposeBack(values, shape, order) : (values) => values,
  };
  return bias ? [kernel, vector('bias', 'bias')] : [kernel];
}

/** PyTorch's axes as indices of ours: [out, in, height, width], [channels, 1, height, width], [out, in]. */
const TORCH_AXES = {
  convolution: [3, 2, 0, 1],
  depthwise: [2, 3, 0, 1],
  dense: [1, 0],
} as const;

/** Values in row-major order of `shape`, from an array whose axis i is axis `order[i]` of `shape`. */
function transposeBack(values: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array {
  const stored = order.map((axis) => shape[axis]!);
  // Distance in the file of two neighbours along each of our axes.
  const steps = shape.map((_, axis) => elements(stored.slice(order.indexOf(axis) + 1)));
  const result = new Float32Array(values.length);
  const place = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++place[axis]! < shape[axis]!) break;
      from -= steps[axis]! * shape[axis]!;
      place[axis] = 0;
    }
  }
  return result;
}
