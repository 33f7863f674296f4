import type { Advice, Inspection } from '../../../core/dataset-inspection.js';

/** What the facts of a dataset suggest, in the order of a sweep file. Every value is one that the trainer takes. */
export function advise(inspection: Inspection): Advice[] {
  return [
    metric(inspection),
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

const MULTI_LABEL: Advice = {
  name: 'loss',
  values: ['sigmoid_focal'],
  reason: 'An image can have several classes, so each is decided upon by itself.',
};

/** Below this ratio classes count as balanced. */
const BALANCED = 1.5;

function metric({ imbalance }: Inspection): Advice {
  return imbalance <= BALANCED
    ? {
        name: 'metric',
        values: ['val_accuracy'],
        reason: 'Classes are about equally frequent, so accuracy is fair to all.',
      }
    : {
        name: 'metric',
        values: ['val_macro_f1'],
        reason: `The largest class has ${times(imbalance)} the images of the smallest: accuracy would hide the rare classes, macro F1 counts all alike.`,
      };
}

function gamma({ imbalance }: Inspection): Advice {
  if (imbalance <= BALANCED) {
    return {
      name: 'gamma',
      values: [0, 1],
      reason:
        'With balanced classes cross-entropy (0) is hard to beat; a little focus may help where some images are hard.',
    };
  }
  return {
    name: 'gamma',
    values: imbalance < 10 ? [0, 1, 2] : [0, 1, 2, 3],
    reason: `With ${times(imbalance)} as many images in the largest class as in the smallest, easy ones of common classes make up most of the loss; focal loss turns them down, and 2 is where its paper ended up.`,
  };
}

function alpha({ imbalance }: Inspection): Advice {
  if (imbalance <= BALANCED) {
    return { name: 'alpha', values: ['none'], reason: 'Weights by class have nothing to even out.' };
  }
  return imbalance < 20
    ? {
        name: 'alpha',
        values: ['none', 'balanced'],
        reason: `Weights by class help rare ones at ${times(imbalance)}, and may overdo it together with a high gamma: try both ways.`,
      }
    : {
        name: 'alpha',
        values: ['none', 'effective'],
        reason: `Inverse frequencies would weigh the rarest class ${times(imbalance)} as much and learn its few images by heart; effective numbers are gentler.`,
      };
}

const SIZES = [32, 48, 64, 96, 128, 160, 192, 224, 260, 300, 380, 456, 528, 600];

function imageSize({ shortSides }: Inspection): Advice {
  const { median } = shortSides;
  // Training gets slower with the square of the size: above what the smaller backbones were made for it is worth asking first.
  const fitting = SIZES.filter((size) => size <= Math.max(32, median) && size <= 224);
  const best = fitting.at(-1) ?? 32;
  const smaller = SIZES.find((size) => size < best && size >= best / 2 && size >= 96);
  return {
    name: 'image_size',
    values: smaller === undefined ? [best] : [smaller, best],
    reason:
      median < 224
        ? `Half of the images are at most ${Math.round(median)} px on their shorter side; larger is slower and shows nothing more.`
        : `With ${Math.round(median)} px on the shorter side in the middle there is detail enough for 224 and more; begin small, half the size takes a quarter of the time.`,
  };
}

function batchSize({ classes }: Inspection): Advice {
  const images = classes.reduce((sum, { train }) => sum + train, 0);
  if (images < 500) {
    return {
      name: 'batch_size',
      values: [8, 16],
      reason: `${images} training images are few steps an epoch: small batches take more of them.`,
    };
  }
  return images < 5000
    ? {
        name: 'batch_size',
        values: [16],
        reason: `${images} training images give ${Math.floor(images / 16)} steps an epoch, and batch norm has enough to average over.`,
      }
    : {
        name: 'batch_size',
        values: [32],
        reason: `${images} training images leave ${Math.floor(images / 32)} steps an epoch, and larger batches are quicker.`,
      };
}

function augment({ classes, imbalance }: Inspection): Advice {
  const fewest = Math.min(...classes.map(({ train }) => train));
  const name = 'augment';
  if (fewest < 200) {
    return {
      name,
      values: ['light', 'medium'],
      reason: `The smallest class trains on ${fewest} images: without changes a network knows them by heart.${imbalance > 10 ? ' Check with augment-preview that classes stay what they are.' : ''}`,
    };
  }
  return {
    name,
    values: ['none', 'light'],
    reason: `Every class trains on ${fewest} images or more: changes help less, so see whether they do.`,
  };
}

function folds({ images, comesSplit, classes, duplicates }: Inspection): Advice[] {
  const advice: Advice[] = [];
  const least = Math.min(...classes.map(({ train, validation }) => train + validation));
  if (!comesSplit && images < 2000 && least >= 5) {
    const held = classes.reduce((sum, { validation }) => sum + validation, 0);
    const reason = `${held} images to validate on make a difference of ${percent(1 / Math.sqrt(4 * held))} luck; five folds judge on all of them, in five times the time.`;
    advice.push({ name: 'folds', values: [5], reason });
  }
  const straddling = duplicates.filter(({ straddle }) => straddle).length;
  if (straddling > 0 && !comesSplit) {
    advice.push({
      name: 'group_column',
      values: [],
      reason: `${straddling === 1 ? 'One group of duplicates trains and validates' : `${straddling} groups of duplicates train and validate`} at once, which flatters every result: take copies out, or keep them together by a column of a table.`,
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
      reason: `${found.length} images cannot be decoded, and a trial refuses more than 100 unless told otherwise. Better mend them.`,
    },
  ];
}

const times = (ratio: number): string => `${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)} times`;
const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
