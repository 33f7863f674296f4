import { openStoredImages } from '../cache/stored-images.js';
import type { FeatureSource } from './batch-source.js';
import type { Samples } from './samples.js';

/**
 * Reads precomputed features; in training, those of the epoch's variant.
 *
 * @throws EnvironmentError CACHE_GONE and CACHE_DAMAGED, from `write`
 */
export function openFeatures(source: FeatureSource): Samples {
  const opened = new Map<number | 'validation', ReturnType<typeof openStoredImages>>();
  const open = (variant: number | 'validation'): ReturnType<typeof openStoredImages> => {
    const file =
      opened.get(variant) ?? openStoredImages(variant === 'validation' ? source.validation : source.train[variant]!);
    opened.set(variant, file);
    return file;
  };
  let bytes = new Uint8Array();
  return {
    write(pass, places, { images }) {
      const length = places.length * source.width;
      if (bytes.length !== 4 * length) bytes = new Uint8Array(4 * length);
      open(pass.part === 'train' ? pass.epoch % source.train.length : 'validation').read(places, bytes);
      images.set(new Float32Array(bytes.buffer));
      images.fill(0, length);
    },
    close() {
      for (const file of opened.values()) file.close();
    },
  };
}
