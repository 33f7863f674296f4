import { seededRandom, type Random } from '../../../core/random.js';

/**
 * Random numbers for augmenting an image in an epoch (from 1). They depend only on the seed, the epoch and the image's index
 * in the dataset. With `copies` above 0, epochs use that many variants in turn.
 */
export function variantRandom(seed: number, copies: number, epoch: number, image: number): Random {
  const variant = copies === 0 ? ['epoch', epoch] : ['copy', epoch % copies];
  return seededRandom(seed, 'augment', ...variant, image);
}

/** Random numbers for mixing an image in an epoch. */
export const mixtureRandom = (seed: number, epoch: number, image: number): Random =>
  seededRandom(seed, 'mix', epoch, image);
