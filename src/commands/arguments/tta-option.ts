import { InputError } from '../../core/errors.js';
import { MAX_VARIANTS } from '../../core/reports/predictions.js';
import type { OptionTable } from './sweep-options.js';

/** The flag for test-time augmentation: the number of variants of each image. */
export const ttaOption: OptionTable = {
  tta: {
    string: true,
    requiresArg: true,
    default: '1',
    describe: `Average over variants of each image: flip (the image and its mirror image), or a number up to ${MAX_VARIANTS}`,
    coerce: readVariants,
  },
};

function readVariants(text: string): number {
  if (text === 'flip') return 2;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MAX_VARIANTS) return count;
  throw new InputError('USAGE', `--tta takes flip, or a whole number from 1 to ${MAX_VARIANTS}`);
}
