/** Y, Cb and Cr planes. */
type Planes = readonly [luma: Float32Array, blue: Float32Array, red: Float32Array];

/**
 * RGB bytes [size, size, 3] as Y, Cb and Cr (JFIF), whole numbers in planes of [edge, edge]; edge pixels are repeated as
 * padding.
 */
export function toPlanes(image: Uint8Array, size: number, edge: number, [luma, blue, red]: Planes): void {
  for (let y = 0; y < edge; y++) {
    const row = Math.min(y, size - 1) * size;
    for (let x = 0; x < edge; x++) {
      const from = (row + Math.min(x, size - 1)) * 3;
      const r = image[from]!;
      const g = image[from + 1]!;
      const b = image[from + 2]!;
      const to = y * edge + x;
      luma[to] = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
      blue[to] = Math.round(-0.168735892 * r - 0.331264108 * g + 0.5 * b + 128);
      red[to] = Math.round(0.5 * r - 0.418687589 * g - 0.081312411 * b + 128);
    }
  }
}

/** Averages 2x2 values; rounds halves down and up alternately, as libjpeg does. */
export function halve(plane: Float32Array, edge: number, out: Float32Array): void {
  const half = edge / 2;
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      const from = 2 * y * edge + 2 * x;
      const sum = plane[from]! + plane[from + 1]! + plane[from + edge]! + plane[from + edge + 1]!;
      out[y * half + x] = (sum + 1 + (x & 1)) >> 2;
    }
  }
}

/**
 * Converts planes back to RGB bytes [size, size, 3]. Upsamples Cb and Cr with libjpeg's triangle filter: 3/4 of the nearest
 * value and 1/4 of the next one, in each direction.
 */
export function toRgb([luma, blue, red]: Planes, edge: number, size: number, out: Uint8Array): void {
  const half = edge / 2;
  // Values beyond the image are padding: the filter stops at the last real one.
  const last = Math.ceil(size / 2) - 1;
  for (let y = 0, to = 0; y < size; y++) {
    const near = (y >> 1) * half;
    const far = Math.min(last, Math.max(0, (y >> 1) + (y & 1 ? 1 : -1))) * half;
    for (let x = 0; x < size; x++, to += 3) {
      const here = x >> 1;
      const beside = Math.min(last, Math.max(0, here + (x & 1 ? 1 : -1)));
      const a = near + here;
      const b = far + here;
      const c = near + beside;
      const d = far + beside;
      const light = luma[y * edge + x]!;
      const blueness = ((9 * blue[a]! + 3 * blue[b]! + 3 * blue[c]! + blue[d]! + 7 + (x & 1 ? 0 : 1)) >> 4) - 128;
      const redness = ((9 * red[a]! + 3 * red[b]! + 3 * red[c]! + red[d]! + 7 + (x & 1 ? 0 : 1)) >> 4) - 128;
      out[to] = clamp(light + 1.402 * redness);
      out[to + 1] = clamp(light - 0.344136286 * blueness - 0.714136286 * redness);
      out[to + 2] = clamp(light + 1.772 * blueness);
    }
  }
}

const clamp = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5);
