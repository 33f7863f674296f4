import { drawMixture, mix } from '../augmentation/mixing.js';
import { createAugmenter } from '../augmentation/pipeline.js';
import { mixtureRandom, variantRandom } from '../augmentation/random-streams.js';
import { loadDecoder } from '../images/decode-image.js';
import { openSource } from '../formats/open-source.js';
import type { TableReading } from '../../../core/trainer/table-reading.js';
import type { AugmentationSettings } from '../../training/parameters/augmentation.js';
import { chooseSamples, type Sample } from './choose-samples.js';
import { contactSheet } from './contact-sheet.js';

export interface PreviewOptions {
  /** Absolute path of the dataset. */
  readonly path: string;
  readonly reading: TableReading;
  readonly augmentation: AugmentationSettings;
  /** Edge in pixels at which images are augmented. */
  readonly imageSize: number;
  readonly seed: number;
  /** Number of epochs to show. */
  readonly epochs: number;
  readonly title: string;
  readonly warn: (message: string) => void;
}

/** Classes on a sheet. */
const ROWS = 6;
/** Smallest and largest edge of an image on the sheet, in pixels. */
const TILE = { least: 96, most: 160 };

/**
 * Draws a PNG of augmented images: one image of each of up to six classes, then its variant in each epoch, with the same
 * random numbers as in a trial with this seed. Mixing uses the image of the next row as partner. Does not load TensorFlow.
 *
 * @throws InputError as `openSource`, and DATASET_CORRUPT
 */
export async function previewAugmentation(options: PreviewOptions): Promise<Buffer> {
  const { path, reading, imageSize, seed, epochs, title, warn } = options;
  const source = await openSource(path, reading, warn);
  try {
    const samples = await chooseSamples(source, imageSize, seed, ROWS);
    const variants = Array.from({ length: epochs }, (_, place) => augmentAll(samples, place + 1, options));
    const edge = tileEdge(imageSize);
    const rows = await Promise.all(
      samples.map(async ({ className, pixels }, row) => ({
        label: className,
        images: await Promise.all(
          [pixels, ...variants.map((images) => images[row]!)].map((image) => resize(image, imageSize, edge)),
        ),
      })),
    );
    const columns = ['original', ...variants.map((_, place) => `epoch ${place + 1}`)];
    const { pixels, width, height } = contactSheet(rows, { title, columns, edge });
    const sharp = await loadDecoder();
    return await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png({ compressionLevel: 9 })
      .toBuffer();
  } finally {
    source.close();
  }
}

/** Augments and mixes the samples for an epoch. */
function augmentAll(samples: readonly Sample[], epoch: number, options: PreviewOptions): Uint8Array[] {
  const { augmentation, imageSize, seed } = options;
  const { pipeline, copies } = augmentation;
  const augment = pipeline && createAugmenter(pipeline, imageSize);
  const changed = samples.map(({ index, pixels }) => {
    const image = Uint8Array.from(pixels);
    augment?.(image, variantRandom(seed, copies, epoch, index));
    return image;
  });
  return changed.map((own, row) => {
    const mixture = drawMixture(mixtureRandom(seed, epoch, samples[row]!.index), imageSize, augmentation);
    if (mixture === undefined) return own;
    const mixed = new Float32Array(own.length);
    mix(own, changed[(row + 1) % changed.length]!, imageSize, mixture, mixed);
    return Uint8Array.from(mixed, Math.round);
  });
}

/** Small images are enlarged by a whole factor. */
function tileEdge(imageSize: number): number {
  if (imageSize > TILE.most) return TILE.most;
  return imageSize * Math.max(1, Math.round(TILE.least / imageSize));
}

async function resize(image: Uint8Array, size: number, edge: number): Promise<Uint8Array> {
  if (size === edge) return image;
  const sharp = await loadDecoder();
  return sharp(image, { raw: { width: size, height: size, channels: 3 } })
    .resize(edge, edge, { kernel: edge > size ? 'nearest' : 'lanczos3' })
    .raw()
    .toBuffer();
}
