import { availableParallelism } from 'node:os';
import { decodeImage, type Decoded } from '../data/images/decode-image.js';
import { inParallel } from '../data/files/in-parallel.js';
import { tf, type Tensor4D } from '../graph/native/tensorflow.js';
import type { PredictRequest, ResultsReply } from './messages.js';
import { variantsOf } from './test-time-variants.js';
import { openTrainedModel, type TrainedModel } from './trained-model.js';

/** Largest batch, even if training used more. */
const MAX_BATCH = 32;

/**
 * Predicts the classes of images, decoded as in training. Averages probabilities over the variants of each image. Calls
 * `tell` with the model's classes, then with a prediction for each image, in order.
 *
 * @throws the errors of `openTrainedModel`; InputError DATASET_UNREADABLE if a file no longer exists
 */
export async function predictImages(
  request: PredictRequest,
  tell: (reply: ResultsReply) => Promise<void>,
): Promise<void> {
  const trained = openTrainedModel(request.checkpoint);
  try {
    const { settings, classNames, isMultiLabel } = trained;
    await tell({ type: 'model', classNames, isMultiLabel });
    const { images, variants } = request;
    const size = Math.min(MAX_BATCH, settings.optimization.batchSize);
    const decode = (start: number) => decodeAll(images.slice(start, start + size), settings.model.imageSize);
    let decoding = decode(0);
    for (let start = 0; start < images.length; start += size) {
      const decoded = await decoding;
      // Decode the next batch in other threads meanwhile.
      decoding = decode(start + size);
      // If the prediction throws first, this promise is not awaited: avoid an unhandled rejection.
      decoding.catch(() => undefined);
      for (const [place, prediction] of predictAll(trained, decoded, variants).entries()) {
        await tell({ type: 'prediction', index: start + place, ...prediction });
      }
    }
  } finally {
    trained.close();
  }
}

async function decodeAll(paths: readonly string[], imageSize: number): Promise<Decoded[]> {
  const decoded: Decoded[] = [];
  await inParallel(availableParallelism(), paths.entries(), async ([place, path]) => {
    decoded[place] = await decodeImage(path, imageSize);
  });
  return decoded;
}

function predictAll(trained: TrainedModel, decoded: readonly Decoded[], variants: number) {
  const whole = decoded.flatMap((image) => ('pixels' in image ? [image.pixels] : []));
  const rows = whole.length === 0 ? [] : probabilitiesOf(trained, whole, variants);
  let next = 0;
  return decoded.map((image) => ('pixels' in image ? { probabilities: rows[next++]! } : { reason: image.reason }));
}

/** Probabilities of each image, [classes]. */
function probabilitiesOf({ model, settings, isMultiLabel, classNames }: TrainedModel, images: readonly Uint8Array[], variants: number) {
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
