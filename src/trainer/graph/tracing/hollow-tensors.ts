import { DataType, type HostValues } from '../native/binding.js';
import { nativeBackend, withBinding } from '../native/backend.js';
import type { TensorType } from '../building/graph-def.js';
import { elementCount } from '../program/shape.js';

/** What takes less keeps its values: shapes, axes and settings are among it. */
const LARGE = 1 << 16;

/**
 * Runs a function of which only the ops matter that it calls, not what they compute, in little memory. A large result is
 * dropped as soon as its shape is known, and zeros that all share stand for it where an op takes it. Values must not be read.
 * On a GPU it runs as always: zeros would have to go there for each op.
 */
export function hollowly<T>(run: () => T): T {
  const native = nativeBackend().binding;
  if (native.isUsingGpuDevice()) return run();
  const hollow = new Map<number, TensorType>();
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
          const given = inputs.map((id) => (hollow.has(id) ? fill(hollow.get(id)!) : id));
          const results = native.executeOp(op, attributes, given, outputs);
          for (const { id, dtype, shape } of results) {
            if (elementCount(shape) * 4 < LARGE || !(dtype in ARRAYS)) continue;
            native.deleteTensor(id);
            hollow.set(id, { dtype, shape });
          }
          return results;
        } finally {
          for (const id of filled) native.deleteTensor(id);
        }
      },
      deleteTensor(id) {
        if (!hollow.delete(id)) native.deleteTensor(id);
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

/** So many zeros of a type, all in one memory. */
function sharedZeros(): (dtype: number, count: number) => HostValues {
  let buffer = new ArrayBuffer(0);
  return (dtype, count) => {
    if (buffer.byteLength < count * 4) buffer = new ArrayBuffer(count * 4);
    return new ARRAYS[dtype]!(buffer, 0, count);
  };
}
