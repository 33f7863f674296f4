import { EnvironmentError } from '../../../core/errors.js';
import { CacheFile } from './cache-file.js';

/** Where some decoded images, or what was made of them, lie. Plain data, so that another thread can read them too. */
export interface StoredImages {
  readonly path: string;
  /** Content of the file, as its header has it. */
  readonly identity: string;
  /** Slots of the file. */
  readonly slots: number;
  readonly slotBytes: number;
  /** Index in the dataset of the image at each place. */
  readonly images: Uint32Array;
  /** CRC-32 of the image at each place. */
  readonly checksums: Uint32Array;
}

/**
 * Copies the images at `places` into `out`, one after the other. Throws EnvironmentError CACHE_DAMAGED where the file does
 * not hold what was written to it.
 */
export type ReadImages = (places: Uint32Array, out: Uint8Array) => void;

/** Opens the file of images that another thread has prepared. Throws EnvironmentError CACHE_GONE where it is there no more. */
export function openStoredImages(stored: StoredImages): { readonly read: ReadImages; close(): void } {
  const { path, identity, slots, slotBytes } = stored;
  const file = CacheFile.open(path, identity, slots, slotBytes);
  if (file === undefined) {
    throw new EnvironmentError('CACHE_GONE', `what was made of the images and kept in ${path} is gone`, {
      hint: 'Leave the cache alone while a sweep runs. It is made again at the next try.',
    });
  }
  return {
    read: imageReader(file, stored),
    close: () => {
      file.close();
    },
  };
}

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
      throw new EnvironmentError('CACHE_DAMAGED', `image ${index} in ${path} is not what was written there`, {
        hint: 'It will be made again at the next try. If this comes back, check the disk.',
      });
    }
  };
}
