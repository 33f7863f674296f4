import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fromBfloat16, fromFloat16 } from './half-precision.js';
import { isCounts, isRecord } from './json-values.js';
import { damaged, elements, MAX_ARRAYS, type StoredTensor, type WeightFile } from './weight-file.js';

/** A header with a thousand arrays has about 0.1 MB. The format's own limit is 100 MB. */
const MAX_HEADER_BYTES = 20_000_000;
const BYTES: Readonly<Record<string, number>> = {
  ...{ F64: 8, F32: 4, F16: 2, BF16: 2 },
  ...{ I64: 8, U64: 8, I32: 4, U32: 4, I16: 2, U16: 2, I8: 1, U8: 1, BOOL: 1 },
};

/**
 * Opens a safetensors file: the length of a JSON header as a 64-bit number, the header, then the arrays' bytes
 * (github.com/huggingface/safetensors). Each array is read from disk when its `read` is called.
 *
 * @throws InputError WEIGHTS_DAMAGED if the header is invalid or an array does not lie within the file
 */
export function openSafetensors(path: string): WeightFile {
  const file = openSync(path, 'r');
  let open = true;
  try {
    const { header, start, size } = readHeader(path, file);
    const { __metadata__: metadata = {}, ...entries } = header;
    const count = Object.keys(entries).length;
    if (count > MAX_ARRAYS) throw damaged(path, `its header lists ${count} arrays, more than ${MAX_ARRAYS}`);
    const tensors = new Map<string, StoredTensor>();
    for (const [name, entry] of Object.entries(entries)) {
      const { dtype, shape, begin, bytes } = checkEntry(path, name, entry, size - start);
      tensors.set(name, {
        shape,
        dtype,
        read: () => decode(path, name, dtype, readBytes(path, file, start + begin, bytes)),
      });
    }
    return {
      path,
      parts: [path],
      format: 'safetensors',
      tensors,
      metadata: isRecord(metadata) ? onlyText(metadata) : {},
      close() {
        if (open) closeSync(file);
        open = false;
      },
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

interface Header {
  readonly header: Readonly<Record<string, unknown>>;
  /** Where the arrays' bytes begin. */
  readonly start: number;
  readonly size: number;
}

function readHeader(path: string, file: number): Header {
  const { size } = fstatSync(file);
  if (size < 8) throw damaged(path, `${size} bytes are too few for a safetensors file`);
  const length = Number(readBytes(path, file, 0, 8).readBigUInt64LE());
  if (length > MAX_HEADER_BYTES || 8 + length > size) {
    throw damaged(path, `its header claims a length of ${length} bytes, but the file has ${size}`);
  }
  try {
    const header: unknown = JSON.parse(readBytes(path, file, 8, length).toString('utf8'));
    if (isRecord(header)) return { header, start: 8 + length, size };
  } catch (cause) {
    throw damaged(path, 'its header is not JSON', cause);
  }
  throw damaged(path, 'its header is not a JSON object');
}

function checkEntry(path: string, name: string, entry: unknown, available: number) {
  if (!isRecord(entry)) throw damaged(path, `its header does not describe "${name}"`);
  const { dtype, shape, data_offsets: offsets } = entry;
  const width = typeof dtype === 'string' ? BYTES[dtype] : undefined;
  if (typeof dtype !== 'string' || width === undefined) {
    throw damaged(path, `"${name}" has the unknown type ${JSON.stringify(dtype)}`);
  }
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    throw damaged(path, `the shape or the offsets of "${name}" are not whole numbers`);
  }
  const [begin, end] = offsets as [number, number];
  const bytes = end - begin;
  if (end > available || bytes !== elements(shape) * width) {
    throw damaged(
      path,
      `"${name}", [${shape.join(', ')}] of ${dtype}, does not fit its offsets ${begin} to ${end} in ${available} bytes`,
    );
  }
  return { dtype, shape, begin, bytes };
}

function readBytes(path: string, file: number, position: number, length: number): Buffer {
  // Not from Node's shared pool: typed arrays need an aligned start.
  const bytes = Buffer.from(new ArrayBuffer(length));
  let done = 0;
  while (done < length) {
    const read = readSync(file, bytes, done, length - done, position + done);
    if (read === 0) throw damaged(path, `it ends after ${position + done} bytes`);
    done += read;
  }
  return bytes;
}

function decode(path: string, name: string, dtype: string, { buffer }: Buffer): Float32Array {
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer as ArrayBuffer);
    case 'F64':
      return Float32Array.from(new Float64Array(buffer as ArrayBuffer));
    case 'F16':
      return fromFloat16(new Uint16Array(buffer as ArrayBuffer));
    case 'BF16':
      return fromBfloat16(new Uint16Array(buffer as ArrayBuffer));
    default:
      throw damaged(path, `"${name}" holds ${dtype}, which is not a type of weights`);
  }
}

const onlyText = (record: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
