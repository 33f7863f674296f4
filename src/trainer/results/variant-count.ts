/** Position [y, x] of each crop, as a share of the free space: centre first, then corners. */
export const CROP_PLACES = [
  [0.5, 0.5],
  [0, 0],
  [1, 1],
  [0, 1],
  [1, 0],
] as const;

/** Largest number of test-time variants: the image and each crop, with their mirror images. */
export const MAX_VARIANTS = 2 * (1 + CROP_PLACES.length);
