import { createHash, type Hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { replaceFile } from '../../../platform/replace-file.js';
import { elementCount } from '../../graph/program/shape.js';
import {
  encodeHeader,
  parseHeader,
  PREFIX_BYTES,
  SUM_BYTES,
  MAX_HEADER_BYTES,
  type NamedArrays,
} from './array-header.js';

export interface ArrayFile {
  /** Any value that JSON can hold. */
  readonly meta: unknown;
  readonly arrays: NamedArrays;
}

/** The content of an intact file, or why the file is damaged. */
export type ReadArrays = ({ readonly whole: true } & ArrayFile) | { readonly whole: false; readonly reason: string };

/**
 * Writes arrays to a file atomically (`replaceFile`), without copying them in memory.
 *
 * @returns length in bytes and SHA-256 (hexadecimal) of the whole file
 * @throws the operating system's error
 */
export async function writeArrays(
  target: string,
  { meta, arrays }: ArrayFile,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const sum = createHash('sha256');
  let bytes = 0;
  const writeTo = (draft: string): void => {
    const fd = openSync(draft, 'wx');
    const put = (part: Uint8Array): void => {
      for (let done = 0; done < part.length;) done += writeSync(fd, part, done);
      sum.update(part);
      bytes += part.length;
    };
    try {
      put(encodeHeader(meta, arrays));
      for (const { values } of arrays.values()) put(bytesOf(values));
      put(sum.copy().digest());
    } finally {
      closeSync(fd);
    }
  };
  await replaceFile(target, writeTo);
  return { bytes, sha256: sum.digest('hex') };
}

/** Reads a whole file and verifies its checksum. Never allocates more memory than the file's size. */
export function readArrays(file: string): ReadArrays {
  try {
    const fd = openSync(file, 'r');
    try {
      return readFrom(fd, fstatSync(fd).size);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    return damaged(error instanceof Error ? error.message : String(error));
  }
}

function readFrom(fd: number, size: number): ReadArrays {
  if (size < PREFIX_BYTES + SUM_BYTES) return damaged(`it has only ${size} bytes`);
  const sum = createHash('sha256');
  const prefix = readHashed(fd, new Uint8Array(PREFIX_BYTES), sum);
  const headerBytes = new DataView(prefix.buffer).getBigUint64(0, true);
  if (headerBytes > BigInt(Math.min(size - PREFIX_BYTES - SUM_BYTES, MAX_HEADER_BYTES))) {
    return damaged(`its header is ${headerBytes} bytes long, the file ${size}`);
  }
  const header = parseHeader(readHashed(fd, new Uint8Array(Number(headerBytes)), sum));
  if (header === undefined) return damaged('its header is not valid');
  const expected = PREFIX_BYTES + Number(headerBytes) + header.bodyBytes;
  if (size !== expected) return damaged(`it has ${size} bytes instead of ${expected}`);
  const arrays = new Map<string, { readonly shape: readonly number[]; readonly values: Float32Array }>();
  for (const { name, shape } of header.arrays) {
    const values = new Float32Array(elementCount(shape));
    readHashed(fd, bytesOf(values), sum);
    arrays.set(name, { shape, values });
  }
  const written = readHashed(fd, new Uint8Array(SUM_BYTES), undefined);
  if (!sum.digest().equals(written)) return damaged('its checksum does not match its content');
  return { whole: true, meta: header.meta, arrays };
}

function readHashed(fd: number, into: Uint8Array, sum: Hash | undefined): Uint8Array {
  for (let done = 0; done < into.length;) {
    const read = readSync(fd, into, done, into.length - done, null);
    if (read === 0) throw new Error('it ends too early');
    done += read;
  }
  sum?.update(into);
  return into;
}

/** No conversion is needed: the file is little-endian, like every machine that TensorFlow runs on. */
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const damaged = (reason: string): ReadArrays => ({ whole: false, reason });
