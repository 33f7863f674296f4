import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../../../core/errors.js';
import { acquireFileLockIfNeeded } from '../../../platform/file-lock.js';
import { cacheError } from './cache-error.js';
import { CacheFile, type SlotRecord } from './cache-file.js';
import { RESIZE_RULE, type Decoded } from '../images/decode-image.js';
import { inParallel } from '../files/in-parallel.js';
import { imageReader, type ReadImages, type StoredImages } from './stored-images.js';

/** Increase it when the order of images, the decoding or the file layout changes. */
const VERSION = 1;

/** More than the number of cores, since decoders also wait for the disk; limited, since each holds an image in memory. */
const DECODERS = Math.min(16, 2 * availableParallelism());
const COMMIT_BYTES = 64 * 2 ** 20;
/** Number of slots that `prepare` verifies; every slot is verified again on each read. */
const SPOT_CHECKS = 64;
/** How long a thread that decodes for the others shows no sign of life before another takes over. */
const SILENT_MS = 15_000;

export interface ImageCacheOptions {
  readonly cacheDir: string;
  /** Identifies the dataset's content: 64 hexadecimal digits. */
  readonly fingerprint: string;
  /** Number of images in the dataset, used or not. */
  readonly count: number;
  readonly imageSize: number;
  readonly decode: (index: number) => Promise<Decoded>;
  /** Whether the dataset still has the fingerprint. Called after decoding. */
  readonly isUnchanged: () => Promise<boolean>;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of requested images decoded so far, by this thread or by another one. */
  readonly onPrepared?: ((done: number, total: number) => void) | undefined;
}

/**
 * Decoded images of one dataset at one size, in a file that all splits, seeds, slots and hosts share. An image is decoded
 * when it is first used. If it cannot be decoded, the cache keeps the reason.
 */
export class ImageCache {
  readonly #options: ImageCacheOptions;
  readonly #path: string;
  readonly #identity: string;
  readonly #file: CacheFile;

  private constructor(options: ImageCacheOptions, path: string, identity: string, file: CacheFile) {
    this.#options = options;
    this.#path = path;
    this.#identity = identity;
    this.#file = file;
  }

  /**
   * Opens the cache file, or creates it. Replaces a damaged file by an empty one.
   *
   * @throws EnvironmentError CACHE_UNWRITABLE, DISK_FULL
   */
  static async open(options: ImageCacheOptions): Promise<ImageCache> {
    const { cacheDir, fingerprint, count, imageSize, signal } = options;
    const directory = join(cacheDir, 'images');
    const path = join(directory, `${fingerprint.slice(0, 16)}-${imageSize}px-${RESIZE_RULE}-v${VERSION}.rgb`);
    const identity = JSON.stringify({ fingerprint, count, imageSize, rule: RESIZE_RULE, version: VERSION });
    const layout = [path, identity, count, imageSize ** 2 * 3] as const;
    try {
      mkdirSync(directory, { recursive: true });
      let file = CacheFile.open(...layout);
      const isNeeded = (): boolean => (file ??= CacheFile.open(...layout)) === undefined;
      const lock = await acquireFileLockIfNeeded(`${path}.claim`, isNeeded, { signal, silentMs: SILENT_MS });
      try {
        file ??= CacheFile.open(...layout) ?? CacheFile.create(...layout);
        return new ImageCache(options, path, identity, file);
      } finally {
        await lock?.close();
      }
    } catch (error) {
      throw cacheError(error, { what: 'decoded images', path });
    }
  }

  /**
   * Decodes the images at `indices` that are not in the file, or waits while another thread or process decodes them. Stops
   * early when more than `maxFailures` images cannot be decoded.
   *
   * @returns the reason for each image that cannot be decoded, by index
   * @throws InputError DATASET_CHANGED if the dataset no longer has its fingerprint; EnvironmentError DISK_FULL; the signal's
   *   reason when it is aborted
   */
  async prepare(indices: Uint32Array, maxFailures: number): Promise<ReadonlyMap<number, string>> {
    this.#discardDamaged(indices);
    const isNeeded = (): boolean => {
      const { missing, failed } = this.#survey(indices);
      if (missing.length > 0) this.#options.onPrepared?.(indices.length - missing.length, indices.length);
      return missing.length > 0 && failed.length <= maxFailures;
    };
    try {
      const lock = await acquireFileLockIfNeeded(`${this.#path}.claim`, isNeeded, {
        signal: this.#options.signal,
        silentMs: SILENT_MS,
      });
      try {
        if (lock) await this.#decodeMissing(indices, maxFailures);
      } finally {
        await lock?.close();
      }
    } catch (error) {
      throw cacheError(error, { what: 'decoded images', path: this.#path });
    }
    return new Map(this.#survey(indices).failed.map(({ index, checksum }) => [index, this.#reason(index, checksum)]));
  }

  /** Location of the images at some indices, which must be prepared. */
  stored(images: Uint32Array): StoredImages {
    const { slotBytes } = this.#file;
    const table = this.#file.readTable();
    const checksums = images.map((index) => table.checksum(index));
    return { path: this.#path, identity: this.#identity, slots: this.#options.count, slotBytes, images, checksums };
  }

  /** Returns a function that reads images by their position in `images`, which must be prepared. */
  reader(images: Uint32Array): ReadImages {
    return imageReader(this.#file, this.stored(images));
  }

  close(): void {
    this.#file.close();
  }

  async #decodeMissing(indices: Uint32Array, maxFailures: number): Promise<void> {
    const { decode, signal, isUnchanged, onPrepared } = this.#options;
    const { missing, failed } = this.#survey(indices);
    let done = indices.length - missing.length;
    let failures = failed.length;
    let records: SlotRecord[] = [];
    const commit = (): Promise<void> => {
      const batch = records;
      records = [];
      return this.#file.commit(batch);
    };
    try {
      await inParallel(DECODERS, missing.values(), async (index) => {
        if (failures > maxFailures) return;
        signal?.throwIfAborted();
        const decoded = await decode(index);
        if ('reason' in decoded) failures++;
        records.push(this.#write(index, decoded));
        onPrepared?.(++done, indices.length);
        if (records.length * this.#file.slotBytes >= COMMIT_BYTES) await commit();
      });
    } finally {
      await commit();
      if (!(await isUnchanged().catch(() => false))) {
        rmSync(this.#path, { force: true });
        throw new InputError('DATASET_CHANGED', 'the dataset was changed while its images were being decoded', {
          hint: 'Run again when no program writes to it. A changed dataset counts as another one, so its results stay separate.',
        });
      }
    }
  }

  #write(index: number, decoded: Decoded): SlotRecord {
    if ('pixels' in decoded) return this.#file.write(index, 'pixels', decoded.pixels);
    const text = Buffer.alloc(this.#file.slotBytes);
    text.write(decoded.reason);
    return this.#file.write(index, 'reason', text);
  }

  #reason(index: number, checksum: number): string {
    const text = Buffer.alloc(this.#file.slotBytes);
    if (!this.#file.read(index, checksum, text)) return 'it could not be decoded';
    return text.toString('utf8').replace(/\0+$/, '');
  }

  #survey(indices: Uint32Array): { readonly missing: readonly number[]; readonly failed: readonly Slot[] } {
    const table = this.#file.readTable();
    const missing: number[] = [];
    const failed: Slot[] = [];
    for (const index of indices) {
      const state = table.state(index);
      if (state === 'missing') missing.push(index);
      else if (state === 'reason') failed.push({ index, checksum: table.checksum(index) });
    }
    return { missing, failed };
  }

  /** Verifies some slots, and all of them if one is damaged. Damaged slots are decoded again. */
  #discardDamaged(indices: Uint32Array): void {
    const table = this.#file.readTable();
    const bytes = new Uint8Array(this.#file.slotBytes);
    const isDamaged = (index: number): boolean =>
      table.state(index) !== 'missing' && !this.#file.read(index, table.checksum(index), bytes);
    const stride = Math.max(1, Math.floor(indices.length / SPOT_CHECKS));
    if (!indices.some((index, place) => place % stride === 0 && isDamaged(index))) return;
    for (const index of indices) if (isDamaged(index)) this.#file.discard(index);
  }
}

interface Slot {
  readonly index: number;
  readonly checksum: number;
}
