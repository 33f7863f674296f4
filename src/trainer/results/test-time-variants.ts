import { tf, type Tensor4D } from '../graph/native/tensorflow.js';

/** Share of an image's edge that a crop keeps. */
const CROP = 0.9;
/** Position [y, x] of each crop, as a share of the free space: centre first, then corners. */
const CROP_PLACES = [
  [0.5, 0.5],
  [0, 0],
  [1, 1],
  [0, 1],
  [1, 0],
] as const;

type Variant = (images: Tensor4D) => Tensor4D;

/**
 * Variants for test-time augmentation, in a fixed order: the image and its mirror image, then crops of 90 % of its edge
 * (centre and corners), scaled back to its size, each followed by its mirror image.
 *
 * @param count - number of variants, 1 to `MAX_VARIANTS`
 */
export function variantsOf(count: number): Variant[] {
  const plain: Variant[] = [(images) => images, ...CROP_PLACES.map(([y, x]) => crop(y, x))];
  return plain.flatMap((variant): Variant[] => [variant, (images) => tf.reverse(variant(images), 2)]).slice(0, count);
}

/** Bilinear crop and resize with aligned corners. */
function crop(y: number, x: number): Variant {
  const [top, left] = [y * (1 - CROP), x * (1 - CROP)];
  return (images) => {
    const [count, height, width] = images.shape;
    const boxes = Array.from({ length: count }, () => [top, left, top + CROP, left + CROP]);
    const which = tf.range(0, count, 1, 'int32');
    return tf.image.cropAndResize(images, tf.tensor2d(boxes), which, [height, width]);
  };
}
