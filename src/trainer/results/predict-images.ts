import { decodeImage } from '../data/images/decode-image.js';
import type { PredictRequest, ResultsReply } from './messages.js';
import { predictBatches } from './predict-batches.js';
import { openTrainedModel } from './trained-model.js';

/**
 * Predicts the classes of images, decoded as in training. Averages probabilities over the variants of each image. Calls
 * `tell` with the model's classes, then with a prediction for each image, in order.
 *
 * @throws the errors of `openTrainedModel`; InputError DATASET_UNREADABLE if a file no longer exists
 */
export async function predictImages(
  { checkpoint, images, variants }: PredictRequest,
  tell: (reply: ResultsReply) => Promise<void>,
): Promise<void> {
  const trained = openTrainedModel(checkpoint);
  try {
    const { settings, classNames, isMultiLabel } = trained;
    await tell({ type: 'model', classNames, isMultiLabel });
    const { imageSize } = settings.model;
    const decode = (index: number) => decodeImage(images[index]!, imageSize);
    let index = 0;
    for await (const prediction of predictBatches(trained, { count: images.length, decode, variants })) {
      await tell({ type: 'prediction', index: index++, ...prediction });
    }
  } finally {
    trained.close();
  }
}
