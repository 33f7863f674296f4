import { seededRandom, shuffledIndices } from '../../../core/random.js';
import type { BatchBuffers } from './batch.js';
import type { BatchSource, Part, Pass } from './batch-source.js';
import { openFeatures } from './feature-samples.js';
import { openPixels } from './pixel-samples.js';

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
