import { drawMixture, mix, type Mixture } from '../augmentation/mixing.js';
import { createAugmenter } from '../augmentation/pipeline.js';
import { mixtureRandom, variantRandom } from '../augmentation/random-streams.js';
import { openStoredImages } from '../cache/stored-images.js';
import type { BatchBuffers } from './batch.js';
import type { BatchSource } from './batch-source.js';
import type { Samples } from './samples.js';

/**
 * Reads decoded images; in training, augments and mixes them.
 *
 * @throws EnvironmentError CACHE_GONE; CACHE_DAMAGED from `write`
 */
export function openPixels(source: BatchSource): Samples {
  const files = {
    train: openStoredImages(source.train.stored),
    validation: openStoredImages(source.validation.stored),
  };
  const imageBytes = source.imageSize ** 2 * 3;
  const pixels = new Uint8Array(source.batchSize * imageBytes);
  const change = createChange(source);
  const mixing = createMixing(source);
  return {
    write(pass, places, into) {
      const used = pixels.subarray(0, places.length * imageBytes);
      files[pass.part].read(places, used);
      if (pass.part === 'train') {
        for (const [position, place] of places.entries()) {
          const image = pixels.subarray(position * imageBytes, (position + 1) * imageBytes);
          change(image, source.train.stored.images[place]!, pass.epoch);
        }
      }
      into.images.set(used);
      into.images.fill(0, used.length);
      if (pass.part === 'train') mixing(places, pass.epoch, pixels, into);
    },
    close() {
      files.train.close();
      files.validation.close();
    },
  };
}

/** Returns a function that augments an image in place, given its index in the dataset. */
function createChange({ augmentation, seed, imageSize }: BatchSource) {
  const { pipeline, copies } = augmentation;
  if (pipeline === undefined) return () => undefined;
  const augment = createAugmenter(pipeline, imageSize);
  return (image: Uint8Array, index: number, epoch: number): void => {
    augment(image, variantRandom(seed, copies, epoch, index));
  };
}

/** Returns a function that applies mixup and CutMix to a batch whose pixels and labels are already written. */
function createMixing({ augmentation, seed, imageSize, classes, train }: BatchSource) {
  const imageBytes = imageSize ** 2 * 3;
  return (places: Uint32Array, epoch: number, pixels: Uint8Array, into: BatchBuffers): void => {
    const pixelsAt = (position: number): Uint8Array =>
      pixels.subarray(position * imageBytes, (position + 1) * imageBytes);
    const mixtures: (Mixture | undefined)[] = Array.from(places, (place) =>
      drawMixture(mixtureRandom(seed, epoch, train.stored.images[place]!), imageSize, augmentation),
    );
    if (mixtures.every((mixture) => mixture === undefined)) return;
    const own = into.targets.slice();
    const labels = into.labels.slice();
    for (const [position, mixture] of mixtures.entries()) {
      if (mixture === undefined) continue;
      const partner = (position + 1) % places.length;
      const { share } = mixture;
      const image = into.images.subarray(position * imageBytes, (position + 1) * imageBytes);
      mix(pixelsAt(position), pixelsAt(partner), imageSize, mixture, image);
      for (let label = 0; label < classes; label++) {
        into.targets[position * classes + label] =
          share * own[position * classes + label]! + (1 - share) * own[partner * classes + label]!;
      }
      if (share < 0.5) into.labels[position] = labels[partner]!;
    }
  };
}
