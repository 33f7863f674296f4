import { acquireFileLockIfNeeded } from '../../../platform/file-lock.js';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheError } from '../../data/cache/cache-error.js';
import { CacheFile, type SlotRecord } from '../../data/cache/cache-file.js';
import type { StoredImages } from '../../data/cache/stored-images.js';

export interface FeatureFileOptions {
  readonly cacheDir: string;
  /** Hash of everything that decides the features. Used for the file name and stored in the header. */
  readonly identity: string;
  /** Number of features that fit in the file. */
  readonly slots: number;
  /** Numbers per feature. */
  readonly width: number;
  readonly signal: AbortSignal;
  /** Called with the number of requested features that are ready, while this thread or another one computes them. */
  readonly onPrepared: (done: number, total: number) => void;
}

/** Computes the features of some slots, in their order: [slots.length, width]. */
export type ComputeFeatures = (slots: Uint32Array) => Promise<Float32Array>;

/** Features computed between two commits. An interruption loses at most this many. */
const COMMIT_SLOTS = 256;
/** Number of slots whose checksum is verified in `prepare`. Each slot is also verified whenever it is read. */
const SPOT_CHECKS = 64;
/**
 * Time without a sign of life after which the lock's owner counts as dead: tracing a large network takes long. A dead process is
 * noticed at once.
 */
const SILENT_MS = 120_000;

/** A file of features shared by all trials, slots and hosts. A feature is computed only if it is missing or damaged. */
export class FeatureFile {
  readonly #options: FeatureFileOptions;
  readonly #path: string;
  readonly #file: CacheFile;

  private constructor(options: FeatureFileOptions, path: string, file: CacheFile) {
    this.#options = options;
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens or creates the file. Replaces a damaged file by an empty one.
   *
   * @throws EnvironmentError CACHE_UNWRITABLE, DISK_FULL
   */
  static async open(options: FeatureFileOptions): Promise<FeatureFile> {
    const { cacheDir, identity, slots, width, signal } = options;
    const directory = join(cacheDir, 'features');
    const path = join(directory, `${identity.slice(0, 32)}.f32`);
    const layout = [path, identity, slots, 4 * width] as const;
    try {
      mkdirSync(directory, { recursive: true });
      let file = CacheFile.open(...layout);
      const isNeeded = (): boolean => (file ??= CacheFile.open(...layout)) === undefined;
      const lock = await acquireFileLockIfNeeded(`${path}.claim`, isNeeded, { signal });
      try {
        file ??= CacheFile.open(...layout) ?? CacheFile.create(...layout);
        return new FeatureFile(options, path, file);
      } finally {
        await lock?.close();
      }
    } catch (error) {
      throw cacheError(error, { what: 'features', path });
    }
  }

  /**
   * Computes the missing features among `slots`, `batch` at a time. If another thread or process is computing them, waits for it
   * instead. Features computed before an error or abort are kept.
   *
   * @throws EnvironmentError DISK_FULL; the signal's reason if it is aborted; what `compute` throws
   */
  async prepare(slots: Uint32Array, batch: number, compute: ComputeFeatures): Promise<void> {
    const { signal, onPrepared } = this.#options;
    this.#discardDamaged(slots);
    let missing = this.#missing(slots);
    const isNeeded = (): boolean => {
      missing = this.#missing(slots);
      if (missing.length > 0) onPrepared(slots.length - missing.length, slots.length);
      return missing.length > 0;
    };
    try {
      const lock = await acquireFileLockIfNeeded(`${this.#path}.claim`, isNeeded, { signal, silentMs: SILENT_MS });
      try {
        if (lock) await this.#computeAll(missing, batch, compute, slots.length);
      } finally {
        await lock?.close();
      }
    } catch (error) {
      throw cacheError(error, { what: 'features', path: this.#path });
    }
  }

  /** Describes where the features of `slots` are stored, for reading them by index in `slots`. Call `prepare` first. */
  stored(slots: Uint32Array): StoredImages {
    const table = this.#file.readTable();
    return {
      path: this.#path,
      identity: this.#options.identity,
      slots: this.#options.slots,
      slotBytes: this.#file.slotBytes,
      images: slots,
      checksums: slots.map((slot) => table.checksum(slot)),
    };
  }

  /** Safe to call twice. */
  close(): void {
    this.#file.close();
  }

  async #computeAll(missing: Uint32Array, batch: number, compute: ComputeFeatures, total: number): Promise<void> {
    const { signal, width, onPrepared } = this.#options;
    let done = total - missing.length;
    const records: SlotRecord[] = [];
    const commit = (): Promise<void> => this.#file.commit(records.splice(0));
    try {
      for (let start = 0; start < missing.length; start += batch) {
        signal.throwIfAborted();
        const slots = missing.subarray(start, start + batch);
        const features = await compute(slots);
        for (const [place, slot] of slots.entries()) {
          const values = features.subarray(place * width, (place + 1) * width);
          const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
          records.push(this.#file.write(slot, 'pixels', bytes));
        }
        done += slots.length;
        onPrepared(done, total);
        if (records.length >= COMMIT_SLOTS) await commit();
      }
    } finally {
      await commit();
    }
  }

  #missing(slots: Uint32Array): Uint32Array {
    const table = this.#file.readTable();
    return slots.filter((slot) => table.state(slot) === 'missing');
  }

  /** Verifies a few slots. If one is damaged, verifies all of them and discards the damaged ones. */
  #discardDamaged(slots: Uint32Array): void {
    const table = this.#file.readTable();
    const bytes = new Uint8Array(this.#file.slotBytes);
    const isDamaged = (slot: number): boolean =>
      table.state(slot) !== 'missing' && !this.#file.read(slot, table.checksum(slot), bytes);
    const stride = Math.max(1, Math.floor(slots.length / SPOT_CHECKS));
    if (!slots.some((slot, place) => place % stride === 0 && isDamaged(slot))) return;
    for (const slot of slots) if (isDamaged(slot)) this.#file.discard(slot);
  }
}
