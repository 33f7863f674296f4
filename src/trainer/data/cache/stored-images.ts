import { EnvironmentError } from '../../../core/errors.js';
import { CacheFile } from './cache-file.js';

/**
 * Location of decoded images, or of features computed from them, in a cache file. Plain data that can be sent to a
 * thread.
 */
export interface StoredImages {
  readonly path: string;
  /** Header of the file: identifies its content. */
  readonly identity: string;
  /** Number of slots in the file. */
  readonly slots: number;
  readonly slotBytes: number;
  /** Index in the dataset of the image at each position. */
  readonly images: Uint32Array;
  /** CRC-32 of the image at each position. */
  readonly checksums: Uint32Array;
}

/**
 * Copies the images at `places` (positions in `StoredImages.images`) into `out`, [places.length, slotBytes].
 *
 * @throws EnvironmentError CACHE_DAMAGED if the bytes do not match their checksum
 */
export type ReadImages = (places: Uint32Array, out: Uint8Array) => void;

/**
 * Opens the file of images that another thread has prepared.
 *
 * @throws EnvironmentError CACHE_GONE if the file no longer exists
 */
export function openStoredImages(stored: StoredImages): { readonly read: ReadImages; close(): void } {
  const { path, identity, slots, slotBytes } = stored;
  const file = CacheFile.open(path, identity, slots, slotBytes);
  if (file === undefined) {
    throw new EnvironmentError('CACHE_GONE', `the cache file ${path} no longer exists`, {
      hint: 'Do not remove cache files while a sweep runs. The next attempt creates the file again.',
    });
  }
  return {
    read: imageReader(file, stored),
    close: () => {
      file.close();
    },
  };
}

/** Returns a function that reads images from an open file. See `ReadImages` for errors. */
export function imageReader(file: CacheFile, { path, images, checksums, slotBytes }: StoredImages): ReadImages {
  return (places, out) => {
    if (out.length !== places.length * slotBytes) {
      throw new RangeError(`${places.length} images take ${places.length * slotBytes} bytes, not ${out.length}`);
    }
    for (let position = 0; position < places.length; position++) {
      const index = images[places[position]!];
      if (index === undefined) throw new RangeError(`there is no image ${places[position]!} among ${images.length}`);
      const target = out.subarray(position * slotBytes, (position + 1) * slotBytes);
      if (file.read(index, checksums[places[position]!]!, target)) continue;
      file.discard(index);
      throw new EnvironmentError('CACHE_DAMAGED', `image ${index} in ${path} does not match its checksum`, {
        hint: 'The next attempt creates it again. If the error comes back, check the disk.',
      });
    }
  };
}
