import { randomUUID } from 'node:crypto';
import type * as H5 from 'h5wasm';
import { InputError } from '../../../../core/errors.js';
import { damaged, elements, MAX_ARRAYS, type StoredTensor } from './weight-file.js';

/** Limit of the HDF5 library's 32-bit addresses. The largest published weights (B7) have 0.27 GB. */
const MAX_FILE_BYTES = 2 ** 31 - 1;
/** Attributes are names and the model's configuration, a few megabytes at most. */
const MAX_ATTRIBUTE_BYTES = 64_000_000;
/** Limit for nested groups. A damaged link may lead back to a group above it. */
const MAX_DEPTH = 16;
/** Limit for the groups and arrays that are opened. */
const MAX_OBJECTS = 4 * MAX_ARRAYS;

/** A group of an HDF5 file. */
export interface Hdf5Group {
  readonly names: readonly string[];
  /** `undefined` if there is nothing readable, such as a link to another file. */
  get(name: string): Hdf5Group | StoredTensor | undefined;
  /** An attribute that is a text or a list of texts; `undefined` for any other. */
  attribute(name: string): string | readonly string[] | undefined;
}

/**
 * Opens an HDF5 file in memory with the HDF5 library in WebAssembly, which is loaded at the first call. The library cannot
 * open other files, so links to them are not followed.
 *
 * @throws InputError WEIGHTS_DAMAGED, also from the methods of the groups; WEIGHTS_TOO_LARGE
 */
export async function openHdf5(path: string, content: Uint8Array): Promise<{ root: Hdf5Group; close: () => void }> {
  if (content.byteLength > MAX_FILE_BYTES) {
    throw new InputError('WEIGHTS_TOO_LARGE', `${path} is larger than 2 GB, the limit for weights in HDF5`, {
      hint: 'Save the weights without the optimizer, or as safetensors.',
    });
  }
  const library = await import('h5wasm');
  const machine = await library.ready;
  const { FS } = machine;
  // Otherwise the library prints a page to stderr for each error.
  machine.activate_throwing_error_handler();
  const place = `/${randomUUID()}.h5`;
  FS.writeFile(place, content);
  const guarded = guard(path);
  let opened = 0;
  const countObject = (depth: number): void => {
    if (depth > MAX_DEPTH) throw damaged(path, `its groups are nested more than ${MAX_DEPTH} deep`);
    if (++opened > MAX_OBJECTS) throw damaged(path, `it has more than ${MAX_OBJECTS} groups and arrays`);
  };
  let file: H5.File | undefined;
  const close = (): void => {
    const toClose = file;
    file = undefined;
    if (toClose === undefined) return;
    guarded(() => toClose.close());
    FS.unlink(place);
  };
  try {
    file = guarded(() => new library.File(place, 'r'));
    return { root: groupOf(file, 0, { library, fileBytes: content.byteLength, guarded, countObject }), close };
  } catch (error) {
    if (file === undefined) FS.unlink(place);
    else close();
    throw error;
  }
}

type Guard = <T>(read: () => T) => T;

/** Replaces the library's errors, which list its internal calls or are traps of WebAssembly, by WEIGHTS_DAMAGED. */
const guard =
  (path: string): Guard =>
  (read) => {
    try {
      return read();
    } catch (cause) {
      if (cause instanceof InputError) throw cause;
      throw damaged(path, 'the HDF5 library cannot read it', cause);
    }
  };

interface Reading {
  readonly library: typeof H5;
  readonly fileBytes: number;
  readonly guarded: Guard;
  /** Throws WEIGHTS_DAMAGED above MAX_DEPTH and MAX_OBJECTS. */
  readonly countObject: (depth: number) => void;
}

function groupOf(group: H5.Group, depth: number, reading: Reading): Hdf5Group {
  const { library, fileBytes, guarded, countObject } = reading;
  const attributes = guarded(() => group.attrs);
  return {
    names: guarded(() => group.keys()),
    get: (name) =>
      guarded(() => {
        countObject(depth + 1);
        const found = group.get(name);
        if (found instanceof library.Group) return groupOf(found, depth + 1, reading);
        return found instanceof library.Dataset ? tensorOf(found, fileBytes, guarded) : undefined;
      }),
    attribute: (name) =>
      guarded(() => {
        const found = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
        if (found === undefined || found.metadata.total_size * found.metadata.size > MAX_ATTRIBUTE_BYTES)
          return undefined;
        const { value } = found;
        if (typeof value === 'string') return value;
        return Array.isArray(value) ? value.map(String) : undefined;
      }),
  };
}

function tensorOf(dataset: H5.Dataset, fileBytes: number, guarded: Guard): StoredTensor {
  const { metadata, dtype } = dataset;
  const shape = metadata.shape ?? [];
  return {
    shape,
    dtype: typeof dtype === 'string' ? dtype : 'a compound type',
    read: () =>
      guarded(() => {
        // Weights hardly compress, so an array much larger than its file is damaged or malicious.
        if (elements(shape) * metadata.size > 4 * fileBytes) throw new RangeError('an array is larger than the file');
        const { value } = dataset;
        if (value instanceof Float32Array) return value;
        if (value instanceof Float64Array || value instanceof Int32Array) return Float32Array.from(value);
        if (typeof value === 'number') return Float32Array.of(value);
        throw new TypeError('an array does not hold numbers');
      }),
  };
}
