import type { ClassifierSettings } from '../classifier-settings.js';

/**
 * Whether what a step sees of an image below the classifier is the same whenever the image comes: the backbone is frozen, and
 * images stay as they are or come in so many variants. It is then computed once, and steps are fed with it.
 */
export function featuresApply({ model, augmentation }: Pick<ClassifierSettings, 'model' | 'augmentation'>): boolean {
  const { pipeline, copies, mixupAlpha, cutmixAlpha } = augmentation;
  const isRepeated = (pipeline === undefined || copies > 0) && mixupAlpha === 0 && cutmixAlpha === 0;
  return model.unfreeze === 'head' && isRepeated;
}
