import { seededRandom, shuffledIndices } from '../../core/random.js';
import { drawMixture, mix, type Mixture } from '../augmentation/mixing.js';
import { createAugmenter } from '../augmentation/pipeline.js';
import { mixtureRandom, variantRandom } from '../augmentation/streams.js';
import { openStoredImages, type ReadImages } from '../data/stored-images.js';
import type { BatchBuffers } from './batch.js';
import type { BatchSource, Part, Pass } from './batch-source.js';

export interface BatchMaker {
  /** Fills the buffers with a pass's batch of a number, from 0; returns how many images there are in it. */
  fill(pass: Pass, number: number, into: BatchBuffers): number;
  /** Safe to call twice. */
  close(): void;
}

/**
 * Makes batches in any order. What an image becomes depends on the seed, the epoch and the image alone; with mixing, it is
 * mixed with the next one in its batch, the last with the first: in a shuffled order, that is any.
 *
 * @throws EnvironmentError CACHE_GONE, and CACHE_DAMAGED from `fill`
 */
export function createBatchMaker(source: BatchSource): BatchMaker {
  const files = {
    train: openStoredImages(source.train.stored),
    validation: openStoredImages(source.validation.stored),
  };
  const imageBytes = source.imageSize ** 2 * 3;
  const pixels = new Uint8Array(source.batchSize * imageBytes);
  const change = createChange(source);
  const mixing = createMixing(source);
  const orderOf = createOrders(source);

  return {
    fill(pass, number, into) {
      const part = source[pass.part];
      const start = number * source.batchSize;
      const places = orderOf(pass).subarray(start, start + source.batchSize);
      const count = places.length;
      const used = pixels.subarray(0, count * imageBytes);
      const read: ReadImages = files[pass.part].read;
      read(places, used);
      writeLabels(part, places, source.classes, into);
      if (pass.part === 'train') {
        for (const [position, place] of places.entries()) {
          const image = pixels.subarray(position * imageBytes, (position + 1) * imageBytes);
          change(image, part.stored.images[place]!, pass.epoch);
        }
      }
      into.images.set(used);
      into.images.fill(0, count * imageBytes);
      if (pass.part === 'train') mixing(places, pass.epoch, pixels, into);
      return count;
    },
    close() {
      files.train.close();
      files.validation.close();
    },
  };
}

/** The pipeline on an image, in place, by its index in the dataset. */
function createChange({ augmentation, seed, imageSize }: BatchSource) {
  const { pipeline, copies } = augmentation;
  if (pipeline === undefined) return () => undefined;
  const augment = createAugmenter(pipeline, imageSize);
  return (image: Uint8Array, index: number, epoch: number): void => {
    augment(image, variantRandom(seed, copies, epoch, index));
  };
}

/** Mixup and CutMix over a batch whose own pixels and labels are in place. */
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

/** The order of the pass that was last asked for is kept: batches of one pass come one after the other. */
function createOrders({ seed, train, validation }: BatchSource): (pass: Pass) => Uint32Array {
  const inOrder = Uint32Array.from(validation.labels, (_, place) => place);
  let shuffled: { readonly epoch: number; readonly order: Uint32Array } | undefined;
  return (pass) => {
    if (pass.part === 'validation') return inOrder;
    if (shuffled?.epoch !== pass.epoch) {
      const order = shuffledIndices(train.labels.length, seededRandom(seed, 'shuffle', pass.epoch));
      shuffled = { epoch: pass.epoch, order };
    }
    return shuffled.order;
  };
}

function writeLabels(part: Part, places: Uint32Array, classes: number, into: BatchBuffers): void {
  into.labels.fill(0);
  into.targets.fill(0);
  into.weights.fill(1, 0, places.length).fill(0, places.length);
  for (const [position, place] of places.entries()) {
    const label = part.labels[place]!;
    into.labels[position] = label;
    const row = into.targets.subarray(position * classes, (position + 1) * classes);
    if (part.targets) row.set(part.targets.subarray(place * classes, (place + 1) * classes));
    else row[label] = 1;
  }
}
