import { InputError } from '../../../core/errors.js';
import { seededRandom, shuffledIndices } from '../../../core/random.js';
import type { ImageSource } from '../formats/image-source.js';

/** A decoded image of a class. */
export interface Sample {
  readonly index: number;
  readonly className: string;
  /** RGB bytes [size, size, 3]. */
  readonly pixels: Uint8Array;
}

/** A class is skipped if this many of its images cannot be decoded. */
const TRIES = 20;

/**
 * Decodes one image of each of `count` classes, chosen evenly from all classes.
 *
 * @throws InputError DATASET_CORRUPT if no image can be decoded
 */
export async function chooseSamples(source: ImageSource, size: number, seed: number, count: number): Promise<Sample[]> {
  const decode = source.decoder(size);
  const classes = evenly(source.classNames.length, count);
  const samples: Sample[] = [];
  for (const label of classes) {
    const images = [...source.labels.keys()].filter((index) => source.labels[index] === label);
    const order = shuffledIndices(images.length, seededRandom(seed, 'preview', source.classNames[label]!));
    for (const place of order.subarray(0, TRIES)) {
      const index = images[place]!;
      const decoded = await decode(index);
      if (!('pixels' in decoded)) continue;
      samples.push({ index, className: source.classNames[label]!, pixels: decoded.pixels });
      break;
    }
  }
  if (samples.length > 0) return samples;
  throw new InputError('DATASET_CORRUPT', 'none of the sampled images can be decoded', {
    hint: 'Run `sweep inspect` to see the reasons.',
  });
}

const evenly = (total: number, count: number): number[] => {
  const chosen = Math.min(total, count);
  return Array.from({ length: chosen }, (_, place) => Math.floor(((place + 0.5) * total) / chosen));
};
