import { PickleGlobal, readPickle, type PickleCalls } from './pickle.js';
import { isCounts } from './json-values.js';
import { damaged, elements, type StoredTensor, type WeightFile } from './weight-file.js';

/**
 * Reads a state dictionary that PyTorch before 1.6 saved: five pickles (a magic number, a version, sizes of the machine's
 * types, the tensors, the keys of their storages), then each storage as its number of values and the values. Nothing that
 * the pickles name is run.
 *
 * @throws InputError WEIGHTS_DAMAGED
 */
export function readPytorchState(path: string, content: Buffer): WeightFile {
  try {
    const tensors = new Map<string, StoredTensor>();
    for (const [name, tensor] of stateOf(content)) tensors.set(name, tensor);
    return { path, parts: [path], format: 'PyTorch', tensors, metadata: {}, close: () => undefined };
  } catch (cause) {
    throw damaged(path, 'it is not a state dictionary of PyTorch before 1.6', cause);
  }
}

const MAGIC = 0x1950a86a20f9469cfc6cn;

/** Where a storage's values begin in the file. It is known only after all pickles are read. */
interface Storage {
  readonly kind: string;
  readonly key: string;
}

interface PickledTensor {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Types of storages: as safetensors calls them, and bytes of a value. */
const STORAGES: Readonly<Record<string, { readonly dtype: string; readonly bytes: number }>> = {
  'torch.FloatStorage': { dtype: 'F32', bytes: 4 },
  'torch.LongStorage': { dtype: 'I64', bytes: 8 },
};

const CALLS: PickleCalls = {
  call(name, args) {
    if (name === 'collections.OrderedDict') return new Map();
    if (name !== 'torch._utils._rebuild_tensor_v2') throw new TypeError(`${name} is not allowed`);
    const [storage, offset, shape, strides] = args;
    if (!isCounts([offset]) || !isCounts(shape) || !isCounts(strides)) throw new TypeError('a tensor has no shape');
    return { storage: storage as Storage, offset: offset as number, shape, strides } satisfies PickledTensor;
  },
  load(id) {
    const [, type, key] = Array.isArray(id) ? (id as readonly unknown[]) : [];
    if (!(type instanceof PickleGlobal) || !Object.hasOwn(STORAGES, type.name) || typeof key !== 'string')
      throw new TypeError('a storage has an unknown type');
    return { kind: type.name, key } satisfies Storage;
  },
};

function* stateOf(content: Buffer): Generator<[string, StoredTensor]> {
  const values: unknown[] = [];
  let at = 0;
  for (let pickle = 0; pickle < 5; pickle++) {
    const { value, end } = readPickle(content, at, CALLS);
    values.push(value);
    at = end;
  }
  const [magic, , , state, keys] = values;
  if (magic !== MAGIC || !(state instanceof Map) || !Array.isArray(keys)) throw new TypeError('no state dictionary');
  const tensors = state as ReadonlyMap<string, PickledTensor>;
  const kinds = new Map(Array.from(tensors.values(), ({ storage }) => [storage.key, storage.kind]));
  const storages = new Map<string, Buffer>();
  for (const key of keys as readonly string[]) {
    const bytes = Number(content.readBigInt64LE(at)) * STORAGES[kinds.get(key)!]!.bytes;
    at += 8;
    if (bytes < 0 || at + bytes > content.length) throw new RangeError('a storage ends after the file');
    storages.set(key, content.subarray(at, at + bytes));
    at += bytes;
  }
  for (const [name, tensor] of tensors) yield [name, storedTensor(storages.get(tensor.storage.key)!, tensor)];
}

function storedTensor(storage: Buffer, { storage: { kind }, offset, shape, strides }: PickledTensor): StoredTensor {
  const { dtype, bytes } = STORAGES[kind]!;
  const last = shape.reduce((index, length, axis) => index + (length - 1) * (strides[axis] ?? 0), offset);
  if ((last + 1) * bytes > storage.length) throw new RangeError('a tensor ends after its storage');
  return {
    shape,
    dtype,
    read() {
      if (dtype !== 'F32') throw new TypeError(`the tensor holds ${dtype}`);
      const result = new Float32Array(elements(shape));
      const index = shape.map(() => 0);
      let place = offset;
      for (let to = 0; to < result.length; to++) {
        result[to] = storage.readFloatLE(place * bytes);
        for (let axis = shape.length - 1; axis >= 0; axis--) {
          place += strides[axis]!;
          if (++index[axis]! < shape[axis]!) break;
          place -= strides[axis]! * shape[axis]!;
          index[axis] = 0;
        }
      }
      return result;
    },
  };
}
