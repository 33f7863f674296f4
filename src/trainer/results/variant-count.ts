/** Shares of an image's edge where a crop begins: the corners of the middle, opposite ones first, and the middle itself. */
export const CROP_PLACES = [
  [0.5, 0.5],
  [0, 0],
  [1, 1],
  [0, 1],
  [1, 0],
] as const;

/** Whole or cropped, each as it is and mirrored. */
export const MAX_VARIANTS = 2 * (1 + CROP_PLACES.length);
