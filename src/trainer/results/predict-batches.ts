import { availableParallelism } from 'node:os';
import { inParallel } from '../data/files/in-parallel.js';
import type { Decoded } from '../data/images/decode-image.js';
import { tf, type Tensor4D } from '../graph/native/tensorflow.js';
import type { Prediction } from './messages.js';
import { variantsOf } from './test-time-variants.js';
import type { TrainedModel } from './trained-model.js';

/** Largest batch, even if training used more. */
const MAX_BATCH = 32;

export interface PredictOptions {
  /** Number of images. */
  readonly count: number;
  /** Decodes an image at the model's size. Called from several lanes at a time. */
  readonly decode: (index: number) => Promise<Decoded>;
  /** Number of variants of each image to average over; 1: only the image. */
  readonly variants: number;
}

/** Predicts images batch by batch, in order. The next batch is decoded in other threads meanwhile. Throws as `decode` does. */
export async function* predictBatches(
  trained: TrainedModel,
  { count, decode, variants }: PredictOptions,
): AsyncGenerator<Prediction, void, undefined> {
  const size = Math.min(MAX_BATCH, trained.settings.optimization.batchSize);
  const decodeFrom = (start: number): Promise<Decoded[]> => decodeAll(start, Math.min(start + size, count), decode);
  let decoding = decodeFrom(0);
  for (let start = 0; start < count; start += size) {
    const decoded = await decoding;
    decoding = decodeFrom(start + size);
    // If the prediction throws first, this promise is not awaited: avoid an unhandled rejection.
    decoding.catch(() => undefined);
    yield* predictAll(trained, decoded, variants);
  }
}

async function decodeAll(start: number, end: number, decode: PredictOptions['decode']): Promise<Decoded[]> {
  const decoded: Decoded[] = [];
  const indices = Array.from({ length: Math.max(0, end - start) }, (_, place) => start + place);
  await inParallel(availableParallelism(), indices.values(), async (index) => {
    decoded[index - start] = await decode(index);
  });
  return decoded;
}

function predictAll(trained: TrainedModel, decoded: readonly Decoded[], variants: number): Prediction[] {
  const whole = decoded.flatMap((image) => ('pixels' in image ? [image.pixels] : []));
  const rows = whole.length === 0 ? [] : probabilitiesOf(trained, whole, variants);
  let next = 0;
  return decoded.map((image) => ('pixels' in image ? { probabilities: rows[next++]! } : { reason: image.reason }));
}

/** Probabilities of each image, [classes]. */
function probabilitiesOf(
  { model, settings, isMultiLabel, classNames }: TrainedModel,
  images: readonly Uint8Array[],
  variants: number,
): Float32Array[] {
  const { imageSize } = settings.model;
  const values = new Float32Array(images.length * imageSize ** 2 * 3);
  for (const [place, pixels] of images.entries()) values.set(pixels, place * pixels.length);
  const mean = tf.tidy(() => {
    const batch: Tensor4D = tf.tensor4d(values, [images.length, imageSize, imageSize, 3]);
    const sum = variantsOf(variants)
      .map((variant) =>
        tf.tidy(() => {
          const logits = model.infer(variant(batch));
          return isMultiLabel ? tf.sigmoid(logits) : tf.softmax(logits);
        }),
      )
      .reduce((total, one) => total.add(one));
    return sum.div(variants).dataSync<'float32'>();
  });
  const classes = classNames.length;
  return images.map((_, place) => mean.slice(place * classes, (place + 1) * classes));
}
