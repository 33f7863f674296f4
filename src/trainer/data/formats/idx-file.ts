import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { InputError } from '../../../core/errors.js';
import { systemReason } from '../../../platform/errno.js';

/** An open file of unsigned bytes in the idx format of the MNIST database. */
export interface IdxFile {
  readonly path: string;
  readonly dimensions: readonly number[];
  /** Fills `out` with data from byte `start`, counted from the end of the header. */
  read(start: number, out: Uint8Array): void;
  close(): void;
}

/**
 * Opens an idx file: two zero bytes, a type (8: unsigned byte), the number of dimensions, each dimension as a big-endian
 * 32-bit number, then the data. A `.gz` file is decompressed into memory, other files are read from disk.
 *
 * @param rank - expected number of dimensions: 1 for labels, 3 for images
 * @throws InputError DATASET_IDX_INVALID with the position of the wrong byte, DATASET_UNREADABLE
 */
export function openIdxFile(path: string, rank: 1 | 3): IdxFile {
  const source = path.endsWith('.gz') ? unpackedBytes(path) : fileBytes(path);
  try {
    const dimensions = parseHeader(path, source, rank);
    const read = (start: number, out: Uint8Array): void => {
      source.read(headerLength(rank) + start, out);
    };
    return { path, dimensions, read, close: source.close };
  } catch (error) {
    source.close();
    throw error;
  }
}

/** InputError DATASET_IDX_INVALID. */
export function invalidIdx(path: string, problem: string, hint?: string): InputError {
  return new InputError('DATASET_IDX_INVALID', `${path} ${problem}`, {
    hint: hint ?? 'The file is damaged, truncated, or of another kind. Download it again.',
  });
}

const headerLength = (rank: number): number => 4 + 4 * rank;

function parseHeader(path: string, source: ByteSource, rank: 1 | 3): number[] {
  const header = Buffer.alloc(Math.min(headerLength(rank), source.length));
  source.read(0, header);
  const magic = 0x0800 + rank;
  if (header.length >= 4 && header.readUInt32BE(0) !== magic) {
    const kind = rank === 1 ? 'labels' : 'images';
    throw invalidIdx(
      path,
      `starts with ${hex(header.readUInt32BE(0))} at byte 0; a file of ${kind} starts with ${hex(magic)}`,
    );
  }
  if (header.length < headerLength(rank)) {
    throw invalidIdx(path, `ends at byte ${header.length}, within its header of ${headerLength(rank)} bytes`);
  }
  const dimensions = Array.from({ length: rank }, (_, axis) => header.readUInt32BE(4 + 4 * axis));
  const length = dimensions.reduce((product, extent) => product * extent, 1) + headerLength(rank);
  if (length !== source.length) {
    const shape = dimensions.join(' x ');
    throw invalidIdx(
      path,
      `ends at byte ${source.length}; its header (${shape}, bytes 4 to ${headerLength(rank) - 1}) requires ${length} bytes`,
    );
  }
  return dimensions;
}

interface ByteSource {
  readonly length: number;
  read(position: number, out: Uint8Array): void;
  readonly close: () => void;
}

function fileBytes(path: string): ByteSource {
  let fd: number | undefined = orUnreadable(path, () => openSync(path, 'r'));
  const open = fd;
  return {
    length: fstatSync(open).size,
    read: (position, out) => {
      readSync(open, out, 0, out.length, position);
    },
    close: () => {
      if (fd !== undefined) closeSync(fd);
      fd = undefined;
    },
  };
}

function unpackedBytes(path: string): ByteSource {
  const packed = orUnreadable(path, () => readFileSync(path));
  try {
    const bytes = gunzipSync(packed);
    return {
      length: bytes.length,
      read: (position, out) => {
        out.set(bytes.subarray(position, position + out.length));
      },
      close: () => undefined,
    };
  } catch (error) {
    throw invalidIdx(path, `cannot be decompressed: ${systemReason(error)}`);
  }
}

function orUnreadable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new InputError('DATASET_UNREADABLE', `${path} cannot be read: ${systemReason(error)}`, {
      hint: 'Give yourself permission to read it.',
    });
  }
}

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;
