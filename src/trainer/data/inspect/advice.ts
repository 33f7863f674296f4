import { formatCounted } from '../../../core/format.js';
import type { Advice, Inspection } from '../../../core/reports/dataset-inspection.js';

/** The backbone that a first sweep trains, and whether its ImageNet weights are in the user's cache. */
export interface FirstBackbone {
  readonly backbone: string;
  readonly isStored: boolean;
}

/** Recommendations for a dataset, in the order of a sweep file. The trainer accepts every value. */
export function advise(inspection: Inspection, first: FirstBackbone): Advice[] {
  return [
    metric(inspection),
    weights(first),
    { name: 'backbone', values: [first.backbone], reason: 'A small network gives the first answers soon.' },
    RATES,
    ...(inspection.isMultiLabel ? [MULTI_LABEL] : []),
    gamma(inspection),
    alpha(inspection),
    imageSize(inspection),
    batchSize(inspection),
    augment(inspection),
    ...folds(inspection),
    ...corrupt(inspection),
  ];
}

function weights({ backbone, isStored }: FirstBackbone): Advice {
  const origin = isStored ? 'They are in the cache.' : `\`sweep weights fetch ${backbone}\` gets them, once.`;
  return {
    name: 'weights',
    values: ['imagenet'],
    reason: `Fine-tuning starts from a network that has learned from a million photos, and needs few images. ${origin}`,
  };
}

const RATES: Advice = {
  name: 'learning_rate',
  values: [3e-4, 1e-3],
  reason: 'Usual rates for fine-tuning a small network with adam. Larger networks take lower ones.',
};

const MULTI_LABEL: Advice = {
  name: 'loss',
  values: ['sigmoid_focal'],
  reason: 'Images can have several classes, so each class needs its own binary decision.',
};

/** Up to this imbalance, classes count as balanced. */
const BALANCED = 1.5;

function metric({ imbalance }: Inspection): Advice {
  return imbalance <= BALANCED
    ? {
        name: 'metric',
        values: ['val_accuracy'],
        reason: 'Classes are about equally frequent, so accuracy treats them equally.',
      }
    : {
        name: 'metric',
        values: ['val_macro_f1'],
        reason: `The largest class has ${times(imbalance)} as many images as the smallest: accuracy would hide the rare classes, macro F1 weighs all classes equally.`,
      };
}

function gamma({ imbalance }: Inspection): Advice {
  if (imbalance <= BALANCED) {
    return {
      name: 'gamma',
      values: [0, 1],
      reason:
        'With balanced classes cross-entropy (0) is hard to beat; a low gamma may help if some images are difficult.',
    };
  }
  return {
    name: 'gamma',
    values: imbalance < 10 ? [0, 1, 2] : [0, 1, 2, 3],
    reason: `With ${times(imbalance)} as many images in the largest class as in the smallest, easy images of frequent classes make up most of the loss. Focal loss reduces their weight; its paper recommends 2.`,
  };
}

function alpha({ imbalance }: Inspection): Advice {
  if (imbalance <= BALANCED) {
    return { name: 'alpha', values: ['none'], reason: 'Balanced classes need no class weights.' };
  }
  return imbalance < 20
    ? {
        name: 'alpha',
        values: ['none', 'balanced'],
        reason: `Class weights help rare classes at an imbalance of ${times(imbalance)}, but can be too strong together with a high gamma: try both.`,
      }
    : {
        name: 'alpha',
        values: ['none', 'effective'],
        reason: `Inverse frequencies would weigh the rarest class ${times(imbalance)} as much and overfit its few images; effective numbers of samples are moderate.`,
      };
}

const SIZES = [32, 48, 64, 96, 128, 160, 192, 224, 260, 300, 380, 456, 528, 600];

function imageSize({ shortSides }: Inspection): Advice {
  const { median } = shortSides;
  // Training time grows with the square of the size, so sizes above those of the small backbones are not recommended.
  const fitting = SIZES.filter((size) => size <= Math.max(32, median) && size <= 224);
  const best = fitting.at(-1) ?? 32;
  const smaller = SIZES.find((size) => size < best && size >= best / 2 && size >= 96);
  return {
    name: 'image_size',
    values: smaller === undefined ? [best] : [smaller, best],
    reason:
      median < 224
        ? `Half of the images are at most ${Math.round(median)} px on their shorter side; a larger size is slower and adds no detail.`
        : `The median shorter side is ${Math.round(median)} px, enough for 224 px and more. Begin with a small size: half the size takes a quarter of the time.`,
  };
}

function batchSize({ classes }: Inspection): Advice {
  const images = classes.reduce((sum, { train }) => sum + train, 0);
  if (images < 500) {
    return {
      name: 'batch_size',
      values: [8, 16],
      reason: `${images} training images give few steps per epoch; small batches give more.`,
    };
  }
  return images < 5000
    ? {
        name: 'batch_size',
        values: [16],
        reason: `${images} training images give ${formatCounted(Math.floor(images / 16), 'step')} per epoch, and 16 images are enough for batch norm.`,
      }
    : {
        name: 'batch_size',
        values: [32],
        reason: `${images} training images still give ${formatCounted(Math.floor(images / 32), 'step')} per epoch, and large batches are faster.`,
      };
}

function augment({ classes, imbalance }: Inspection): Advice {
  const fewest = Math.min(...classes.map(({ train }) => train));
  const name = 'augment';
  if (fewest < 200) {
    return {
      name,
      values: ['light', 'medium'],
      reason: `The smallest class has ${fewest} training images: without augmentation a network overfits them.${imbalance > 10 ? ' Check with augment-preview that augmented images still show their class.' : ''}`,
    };
  }
  return {
    name,
    values: ['none', 'light'],
    reason: `Every class has ${fewest} training images or more: augmentation helps less, so compare both.`,
  };
}

function folds({ images, comesSplit, classes, duplicates }: Inspection): Advice[] {
  const advice: Advice[] = [];
  const least = Math.min(...classes.map(({ train, validation }) => train + validation));
  if (!comesSplit && images < 2000 && least >= 5) {
    const held = classes.reduce((sum, { validation }) => sum + validation, 0);
    const reason = `With only ${held} validation images, accuracy has a standard error of up to ${percent(1 / Math.sqrt(4 * held))}; five folds validate on all images, in five times the time.`;
    advice.push({ name: 'folds', values: [5], reason });
  }
  const straddling = duplicates.filter(({ straddle }) => straddle).length;
  if (straddling > 0 && !comesSplit) {
    advice.push({
      name: 'group_column',
      values: [],
      reason: `${straddling === 1 ? 'One group of duplicates is' : `${straddling} groups of duplicates are`} in both training and validation, which makes every result look too good: remove the copies, or keep them together with a group column of a table.`,
    });
  }
  return advice;
}

function corrupt({ corrupt: found }: Inspection): Advice[] {
  if (found.length <= 100) return [];
  return [
    {
      name: 'max_corrupt',
      values: [found.length],
      reason: `${found.length} images cannot be decoded, and by default a trial fails with more than 100. It is better to repair them.`,
    },
  ];
}

const times = (ratio: number): string => `${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)} times`;
const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
