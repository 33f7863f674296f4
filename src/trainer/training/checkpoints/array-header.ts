import { elementCount } from '../../graph/program/shape.js';

/** Bytes of the header's length, which stands in front of the header. */
export const PREFIX_BYTES = 8;
/** Bytes of the SHA-256 at the end of the file. */
export const SUM_BYTES = 32;
/** Limit of the safetensors format. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Name of the last array of a file: the SHA-256 of everything before it. */
const SUM_NAME = '@sha256';
const META_NAME = 'sweepwright';

/** Arrays by name, in file order. Declared here without TensorFlow, so that comparing files does not load it. */
export type NamedArrays = ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;

export interface ArrayHeader {
  readonly meta: unknown;
  /** In file order, without gaps between them. */
  readonly arrays: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** Bytes of all arrays and the hash. */
  readonly bodyBytes: number;
}

/**
 * Prefix and header of a file in the safetensors format (https://github.com/huggingface/safetensors): a 64-bit length, then JSON
 * with type, shape and offsets of each array, padded with spaces so that the body starts at a multiple of eight bytes. `meta`
 * is stored as a JSON string in the format's metadata, which allows only strings.
 */
export function encodeHeader(meta: unknown, arrays: NamedArrays): Uint8Array {
  const entries: Record<string, unknown> = { __metadata__: { [META_NAME]: JSON.stringify(meta, writeNumber) } };
  let offset = 0;
  for (const [name, { shape, values }] of arrays) {
    entries[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  entries[SUM_NAME] = { dtype: 'U8', shape: [SUM_BYTES], data_offsets: [offset, offset + SUM_BYTES] };
  const json = Buffer.from(JSON.stringify(entries));
  const padded = Math.ceil(json.length / 8) * 8;
  const header = Buffer.alloc(PREFIX_BYTES + padded, ' ');
  header.writeBigUInt64LE(BigInt(padded), 0);
  json.copy(header, PREFIX_BYTES);
  return header;
}

/** Parses a header. `undefined` if `encodeHeader` could not have written it. */
export function parseHeader(bytes: Uint8Array): ArrayHeader | undefined {
  try {
    const { __metadata__: metadata, ...entries } = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
    if (!isObject(metadata) || typeof metadata[META_NAME] !== 'string') return undefined;
    const arrays: { readonly name: string; readonly shape: readonly number[] }[] = [];
    let offset = 0;
    for (const [name, entry] of Object.entries(entries)) {
      const isSum = name === SUM_NAME;
      const length = isObject(entry) ? lengthOf(entry, isSum ? 'U8' : 'F32', offset) : undefined;
      if (length === undefined) return undefined;
      offset += length;
      if (!isSum) arrays.push({ name, shape: (entry as { readonly shape: readonly number[] }).shape });
    }
    if (Object.keys(entries).at(-1) !== SUM_NAME) return undefined;
    return { meta: JSON.parse(metadata[META_NAME], readNumber), arrays, bodyBytes: offset };
  } catch {
    return undefined;
  }
}

/** Bytes of an array. `undefined` unless it has this type and starts where the previous array ends. */
function lengthOf(
  { dtype, shape, data_offsets: place }: Readonly<Record<string, unknown>>,
  type: 'F32' | 'U8',
  start: number,
): number | undefined {
  if (dtype !== type || !isCounts(shape) || !isCounts(place)) return undefined;
  const length = elementCount(shape) * (type === 'F32' ? 4 : 1);
  return place.length === 2 && place[0] === start && place[1] === start + length ? length : undefined;
}

/** JSON cannot represent NaN and infinities, but sums of losses can have these values. */
function writeNumber(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? { [NUMBER]: String(value) } : value;
}

function readNumber(_key: string, value: unknown): unknown {
  return isObject(value) && typeof value[NUMBER] === 'string' ? Number(value[NUMBER]) : value;
}

const NUMBER = '@number';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isCounts = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
