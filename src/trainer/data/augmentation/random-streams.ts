import { seededRandom, type Random } from '../../../core/random.js';

/**
 * Chance for what a pipeline makes of an image in an epoch (from 1): of the seed, the epoch and the image's index in the
 * dataset alone. With `copies` the epochs take so many variants in turn.
 */
export function variantRandom(seed: number, copies: number, epoch: number, image: number): Random {
  const variant = copies === 0 ? ['epoch', epoch] : ['copy', epoch % copies];
  return seededRandom(seed, 'augment', ...variant, image);
}

/** Chance for how an image is mixed with another one. */
export const mixtureRandom = (seed: number, epoch: number, image: number): Random =>
  seededRandom(seed, 'mix', epoch, image);
