import { formatCounted, formatParam } from '../../core/format.js';
import type { DeclaredParameters } from '../../core/trainer/trainer-description.js';
import type { Backbone } from '../networks/backbones.js';
import { publishedWeights } from '../networks/weights/catalogue/published.js';
import { declaredValues } from './declared-values.js';

/** Rates up to this one fine-tune; from random weights they hardly get anywhere in a usual number of epochs. */
const FINE_TUNING_RATE = 1e-4;
/** With fewer training images, a network that starts from random weights overfits long before it sees well. */
const FEW_IMAGES = 2_000;

/**
 * Warns of trials that start from random weights because the sweep file does not mention `weights`, where that is most likely
 * not what the user wants. A file that says `weights: none` means it.
 *
 * @param trainImages - number of training images
 */
export function randomWeightsWarnings(declared: DeclaredParameters, trainImages: number): readonly string[] {
  const isMeant = 'weights' in declared.fixed || declared.axes.some(({ name }) => name === 'weights');
  const backbones = declaredValues('backbone', declared) as readonly Backbone[];
  const fetched = backbones.find((backbone) => publishedWeights(backbone) !== undefined);
  if (isMeant || fetched === undefined) return [];
  const rates = declaredValues('learning_rate', declared).filter((rate) => typeof rate === 'number');
  const highest = Math.max(...rates);
  const reasons = [
    ...(rates.length > 0 && highest <= FINE_TUNING_RATE
      ? [`a learning rate of ${formatParam(highest)} is too low for that`]
      : []),
    ...(trainImages < FEW_IMAGES ? [`${formatCounted(trainImages, 'training image')} are few for that`] : []),
  ];
  if (reasons.length === 0) return [];
  return [
    `training starts from random weights, and ${reasons.join(' and ')}: fine-tune with \`weights: imagenet\` ` +
      `(\`sweep weights fetch ${fetched}\` gets them); \`weights: none\` in the file silences this`,
  ];
}
