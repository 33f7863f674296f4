import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { isMissing } from '../../../platform/errno.js';
import { replaceFileSync } from '../../../platform/replace-file.js';

/** Content of a slot: decoded pixels, the reason why an image cannot be decoded, or nothing yet. */
export type SlotState = 'missing' | 'pixels' | 'reason';

/** Entry of a slot in the table; `checksum` is the CRC-32 of the slot's bytes. */
export interface SlotRecord {
  readonly index: number;
  readonly state: SlotState;
  readonly checksum: number;
}

const HEADER_BYTES = 4096;
/** How often an open file updates its modification time, which protects it from `trimCache`. */
const TOUCH_MS = 60_000;
const STATES: readonly SlotState[] = ['missing', 'pixels', 'reason'];

/**
 * A file of `count` slots of `slotBytes` bytes; the index of an image is the number of its slot. Layout: a header that
 * identifies the content, a table with two 32-bit words per slot (state and CRC-32), the slots. The file has its full length
 * from the start but uses disk space only for written slots (a sparse file). All processes write the same bytes for the same
 * image, so concurrent writers do no harm. A slot becomes valid when its record is written, after its bytes are on disk.
 */
export class CacheFile {
  /** `undefined` after `close`: the operating system may reuse the number for another file. */
  #descriptor: number | undefined;
  readonly #header: Buffer;
  readonly #count: number;
  readonly slotBytes: number;
  /** Time of the last `#touch`, by `performance.now()`. */
  #touchedAt = -Infinity;

  private constructor(fd: number, header: Buffer, count: number, slotBytes: number) {
    this.#descriptor = fd;
    this.#header = header;
    this.#count = count;
    this.slotBytes = slotBytes;
    this.#touch();
  }

  /**
   * Opens the file for reading and writing. Returns `undefined` if it is missing or its header or length differs. Throws
   * if the file cannot be opened.
   */
  static open(path: string, identity: string, count: number, slotBytes: number): CacheFile | undefined {
    let fd: number;
    try {
      fd = openSync(path, 'r+');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    const header = Buffer.alloc(HEADER_BYTES);
    readSync(fd, header, 0, HEADER_BYTES, 0);
    if (header.equals(headerOf(identity)) && fstatSync(fd).size === lengthOf(count, slotBytes)) {
      return new CacheFile(fd, header, count, slotBytes);
    }
    closeSync(fd);
    return undefined;
  }

  /** Creates an empty file and atomically replaces an existing one. */
  static create(path: string, identity: string, count: number, slotBytes: number): CacheFile {
    const header = headerOf(identity);
    const fd = replaceFileSync(path, (draft) => {
      const made = openSync(draft, 'wx+');
      try {
        writeAll(made, header, 0);
        ftruncateSync(made, lengthOf(count, slotBytes));
        return made;
      } catch (error) {
        closeSync(made);
        throw error;
      }
    });
    return new CacheFile(fd, header, count, slotBytes);
  }

  /** Reads the current table. */
  readTable(): CacheTable {
    const words = new Uint32Array(this.#count * 2);
    readSync(this.#fd, words, 0, words.byteLength, HEADER_BYTES);
    return {
      state: (index) => STATES[words[index * 2]!] ?? 'missing',
      checksum: (index) => words[index * 2 + 1]!,
    };
  }

  /** Copies a slot into `out` (`slotBytes` long). Returns whether the bytes match the checksum. */
  read(index: number, checksum: number, out: Uint8Array): boolean {
    this.#touch();
    const read = readSync(this.#fd, out, 0, this.slotBytes, this.#position(index));
    return read === this.slotBytes && crc32(out) === checksum;
  }

  /** Writes the bytes of a slot. The slot becomes valid when the returned record is passed to `commit`. */
  write(index: number, state: SlotState, bytes: Uint8Array): SlotRecord {
    writeAll(this.#fd, bytes, this.#position(index));
    return { index, state, checksum: crc32(bytes) };
  }

  /** Flushes written slots to disk, then writes their records. */
  async commit(records: readonly SlotRecord[]): Promise<void> {
    await promisify(fdatasync)(this.#fd);
    for (const record of records) this.#writeRecord(record);
  }

  /** Marks a slot as missing. */
  discard(index: number): void {
    this.#writeRecord({ index, state: 'missing', checksum: 0 });
  }

  /** Safe to call twice. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  get #fd(): number {
    if (this.#descriptor === undefined) throw new Error('the dataset is closed');
    return this.#descriptor;
  }

  /** Rewrites the unchanged header, which updates the modification time: `trimCache` keeps files that are in use. */
  #touch(): void {
    const now = performance.now();
    if (now - this.#touchedAt < TOUCH_MS) return;
    this.#touchedAt = now;
    try {
      writeAll(this.#fd, this.#header, 0);
    } catch {
      // Skipped once. A full or broken disk is reported when a slot is written.
    }
  }

  #writeRecord({ index, state, checksum }: SlotRecord): void {
    const words = Uint32Array.of(STATES.indexOf(state), checksum);
    writeAll(this.#fd, new Uint8Array(words.buffer), HEADER_BYTES + index * words.byteLength);
  }

  #position(index: number): number {
    return HEADER_BYTES + this.#count * 8 + index * this.slotBytes;
  }
}

/** State and checksum of each slot at the time of `readTable`. */
export interface CacheTable {
  state(index: number): SlotState;
  checksum(index: number): number;
}

/** `writeSync` may write only a part when the disk is nearly full; the next call then throws the reason. */
function writeAll(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
}

/** Headers are compared byte by byte, so they need no checksum. */
const headerOf = (identity: string): Buffer =>
  Buffer.alloc(HEADER_BYTES).fill(`${identity}\n`, 0, Buffer.byteLength(identity) + 1);

const lengthOf = (count: number, slotBytes: number): number => HEADER_BYTES + count * (8 + slotBytes);
