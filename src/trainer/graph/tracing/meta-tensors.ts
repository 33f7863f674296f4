import { DataType, type HostValues } from '../native/binding.js';
import { nativeBackend, withBinding } from '../native/backend.js';
import type { TensorType } from '../building/graph-def.js';
import { elementCount } from '../program/shape.js';

/** Smaller tensors keep their values, because shapes, axes and settings are among them. Bytes. */
const LARGE = 1 << 16;

/**
 * Runs a function to see which ops it calls, in little memory. Each large result becomes a meta tensor: it has a shape and no
 * values. An op that takes one gets zeros, from one buffer that all meta tensors share. The function must not read values.
 * On a GPU the function runs as always, because the zeros would have to be copied to the GPU for each op.
 */
export function withMetaTensors<T>(run: () => T): T {
  const native = nativeBackend().binding;
  if (native.isUsingGpuDevice()) return run();
  const metas = new Map<number, TensorType>();
  const zeros = sharedZeros();
  return withBinding(
    {
      executeOp(op, attributes, inputs, outputs) {
        const filled: number[] = [];
        const fill = ({ dtype, shape }: TensorType): number => {
          const id = native.createTensor(shape, dtype, zeros(dtype, elementCount(shape)));
          filled.push(id);
          return id;
        };
        try {
          const given = inputs.map((id) => (metas.has(id) ? fill(metas.get(id)!) : id));
          const results = native.executeOp(op, attributes, given, outputs);
          for (const { id, dtype, shape } of results) {
            if (elementCount(shape) * 4 < LARGE || !(dtype in ARRAYS)) continue;
            native.deleteTensor(id);
            metas.set(id, { dtype, shape });
          }
          return results;
        } finally {
          for (const id of filled) native.deleteTensor(id);
        }
      },
      deleteTensor(id) {
        if (!metas.delete(id)) native.deleteTensor(id);
      },
    },
    run,
  );
}

const ARRAYS: Readonly<Record<number, new (buffer: ArrayBuffer, offset: number, length: number) => HostValues>> = {
  [DataType.float32]: Float32Array,
  [DataType.int32]: Int32Array,
  [DataType.bool]: Uint8Array,
};

/** Returns arrays of `count` zeros. All share one buffer. */
function sharedZeros(): (dtype: number, count: number) => HostValues {
  let buffer = new ArrayBuffer(0);
  return (dtype, count) => {
    if (buffer.byteLength < count * 4) buffer = new ArrayBuffer(count * 4);
    return new ARRAYS[dtype]!(buffer, 0, count);
  };
}
