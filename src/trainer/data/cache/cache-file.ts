import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fdatasync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';

/** What a slot of the cache file holds. */
export type SlotState = 'missing' | 'pixels' | 'reason';

/** A slot's entry in the table. */
export interface SlotRecord {
  readonly index: number;
  readonly state: SlotState;
  readonly checksum: number;
}

const HEADER_BYTES = 4096;
/** How often a file that is read shows it. */
const TOUCH_MS = 60_000;
const STATES: readonly SlotState[] = ['missing', 'pixels', 'reason'];

/**
 * A file of `count` slots of `slotBytes` each, in which the slot of an image is where its index says: a header that names the
 * content, a table (two 32-bit words a slot: state and CRC-32), the slots. It is as long as all slots from the start, and
 * takes up space only where something is written (a sparse file). Whoever writes an image writes the same bytes to the same
 * place, so writers cannot harm one another; a slot counts once its record is written, after its bytes are on disk.
 */
export class CacheFile {
  /** Gone once closed: its number may by then be that of another file. */
  #descriptor: number | undefined;
  readonly #header: Buffer;
  readonly #count: number;
  readonly slotBytes: number;
  /** When the file last showed that it is in use, on a clock of this thread's own. */
  #touchedAt = -Infinity;

  private constructor(fd: number, header: Buffer, count: number, slotBytes: number) {
    this.#descriptor = fd;
    this.#header = header;
    this.#count = count;
    this.slotBytes = slotBytes;
    this.#touch();
  }

  /** `undefined` where there is no file, or one with another header or length. Throws where it may not be opened. */
  static open(path: string, identity: string, count: number, slotBytes: number): CacheFile | undefined {
    let fd: number;
    try {
      fd = openSync(path, 'r+');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
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

  /** Makes an empty file and puts it in the place of any other. */
  static create(path: string, identity: string, count: number, slotBytes: number): CacheFile {
    const temporary = `${path}.${randomUUID()}.tmp`;
    const fd = openSync(temporary, 'wx+');
    const header = headerOf(identity);
    try {
      writeAll(fd, header, 0);
      ftruncateSync(fd, lengthOf(count, slotBytes));
      fsyncSync(fd);
      renameSync(temporary, path);
      return new CacheFile(fd, header, count, slotBytes);
    } catch (error) {
      closeSync(fd);
      rmSync(temporary, { force: true });
      throw error;
    }
  }

  /** The table as it is now: state and checksum of slot i at 2i and 2i + 1. */
  readTable(): CacheTable {
    const words = new Uint32Array(this.#count * 2);
    readSync(this.#fd, words, 0, words.byteLength, HEADER_BYTES);
    return {
      state: (index) => STATES[words[index * 2]!] ?? 'missing',
      checksum: (index) => words[index * 2 + 1]!,
    };
  }

  /** Copies a slot into `out`; says whether it is what was once written. */
  read(index: number, checksum: number, out: Uint8Array): boolean {
    this.#touch();
    const read = readSync(this.#fd, out, 0, this.slotBytes, this.#position(index));
    return read === this.slotBytes && crc32(out) === checksum;
  }

  /** Writes a slot. It counts when the record that is returned has been given to `commit`. */
  write(index: number, state: SlotState, bytes: Uint8Array): SlotRecord {
    writeAll(this.#fd, bytes, this.#position(index));
    return { index, state, checksum: crc32(bytes) };
  }

  /** Waits until what was written is on disk, then lets it count. */
  async commit(records: readonly SlotRecord[]): Promise<void> {
    await promisify(fdatasync)(this.#fd);
    for (const record of records) this.#writeRecord(record);
  }

  /** Makes a slot count as missing. */
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

  /** Writes what is there anyway, which leaves a time that tells that the file is in use from one that nobody needs. */
  #touch(): void {
    const now = performance.now();
    if (now - this.#touchedAt < TOUCH_MS) return;
    this.#touchedAt = now;
    try {
      writeAll(this.#fd, this.#header, 0);
    } catch {
      // One sign of use less. A disk that is full or broken is reported by whoever writes something that matters.
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

export interface CacheTable {
  state(index: number): SlotState;
  checksum(index: number): number;
}

/** A disk that is about to be full takes a part; the next attempt says why. */
function writeAll(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
}

/** Compared byte for byte, so it is its own checksum. */
const headerOf = (identity: string): Buffer =>
  Buffer.alloc(HEADER_BYTES).fill(`${identity}\n`, 0, Buffer.byteLength(identity) + 1);

const lengthOf = (count: number, slotBytes: number): number => HEADER_BYTES + count * (8 + slotBytes);
