/**
 * Changes the colour saturation of RGB bytes, as PIL's `ImageEnhance.Color`: blends with the grey image. A factor of 0 gives
 * the grey image, 1 the original, more than 1 stronger colours. `contrast` and `sharpen` work the same way.
 */
export function saturate(image: Uint8Array, out: Uint8Array, factor: number): void {
  for (let place = 0; place < image.length; place += 3) {
    const grey = lumaAt(image, place);
    for (let channel = place; channel < place + 3; channel++) out[channel] = blend(grey, image[channel]!, factor);
  }
}

/** Changes the contrast: blends with the image's mean grey (`ImageEnhance.Contrast`). */
export function contrast(image: Uint8Array, out: Uint8Array, factor: number): void {
  let sum = 0;
  for (let place = 0; place < image.length; place += 3) sum += lumaAt(image, place);
  const mean = Math.round((sum * 3) / image.length);
  for (let place = 0; place < image.length; place++) out[place] = blend(mean, image[place]!, factor);
}

/**
 * Changes the sharpness: blends with a smoothed image (3x3 filter, centre weight 5). Border pixels stay
 * (`ImageEnhance.Sharpness`).
 */
export function sharpen(image: Uint8Array, out: Uint8Array, size: number, factor: number): void {
  const rowBytes = size * 3;
  out.set(image);
  for (let y = 1; y < size - 1; y++) {
    for (let at = y * rowBytes + 3; at < (y + 1) * rowBytes - 3; at++) {
      const [above, below] = [at - rowBytes, at + rowBytes];
      const around =
        image[above - 3]! +
        image[above]! +
        image[above + 3]! +
        image[at - 3]! +
        image[at + 3]! +
        image[below - 3]! +
        image[below]! +
        image[below + 3]!;
      out[at] = blend((around + 5 * image[at]!) / 13, image[at]!, factor);
    }
  }
}

const lumaAt = (image: Uint8Array, place: number): number =>
  0.299 * image[place]! + 0.587 * image[place + 1]! + 0.114 * image[place + 2]!;

function blend(plain: number, value: number, factor: number): number {
  const blended = plain + (value - plain) * factor;
  return blended <= 0 ? 0 : blended >= 255 ? 255 : blended + 0.5;
}
