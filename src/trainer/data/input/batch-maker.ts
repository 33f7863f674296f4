import { seededRandom, shuffledIndices } from '../../../core/random.js';
import type { BatchBuffers } from './batch.js';
import type { BatchSource, Part, Pass } from './batch-source.js';
import { openFeatures } from './feature-samples.js';
import { openPixels } from './pixel-samples.js';

/** Fills batches, in any order. */
export interface BatchMaker {
  /** Fills the buffers with batch `number` (from 0) of a pass. Returns its number of images. */
  fill(pass: Pass, number: number, into: BatchBuffers): number;
  /** Safe to call twice. */
  close(): void;
}

/**
 * Creates a batch maker. Augmentation of an image depends only on the seed, the epoch and the image. Mixing pairs each image
 * with the next one in its batch (the last with the first), which is a random partner because the order is shuffled.
 *
 * @throws EnvironmentError CACHE_GONE; CACHE_DAMAGED from `fill`
 */
export function createBatchMaker(source: BatchSource): BatchMaker {
  const samples = source.features ? openFeatures(source.features) : openPixels(source);
  const orderOf = createOrders(source);
  return {
    fill(pass, number, into) {
      const start = number * source.batchSize;
      const places = orderOf(pass).subarray(start, start + source.batchSize);
      writeLabels(source[pass.part], places, source.classes, into);
      samples.write(pass, places, into);
      return places.length;
    },
    close: () => samples.close(),
  };
}

/** Returns the order of images in a pass. Keeps the last order, since batches of a pass are made one after another. */
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
