import { reflect } from './reflect.js';

/**
 * Affine map from output to input coordinates: (x, y) -> (xx * x + xy * y + x0, yx * x + yy * y + y0), in pixels, with the
 * origin at the centre of the first pixel.
 */
export interface Affine {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

/**
 * Warps RGB bytes [size, size, 3] by an affine map with bilinear interpolation. Pixels outside the image are reflected
 * without repeating the edge (`BORDER_REFLECT_101` of OpenCV).
 */
export function warp(image: Uint8Array, out: Uint8Array, size: number, { xx, xy, x0, yx, yy, y0 }: Affine): void {
  const rowBytes = size * 3;
  const last = size - 1;
  let to = 0;
  for (let y = 0; y < size; y++) {
    const rowX = xy * y + x0;
    const rowY = yy * y + y0;
    for (let x = 0; x < size; x++, to += 3) {
      const sourceX = xx * x + rowX;
      const sourceY = yx * x + rowY;
      const left = Math.floor(sourceX);
      const top = Math.floor(sourceY);
      // Fast path: most pixels are inside the image and need no reflection.
      const isInside = left >= 0 && top >= 0 && left < last && top < last;
      const x1 = isInside ? left : reflect(left, size);
      const x2 = isInside ? left + 1 : reflect(left + 1, size);
      const y1 = isInside ? top : reflect(top, size);
      const y2 = isInside ? top + 1 : reflect(top + 1, size);
      const right = sourceX - left;
      const below = sourceY - top;
      const w11 = (1 - right) * (1 - below);
      const w12 = right * (1 - below);
      const w21 = (1 - right) * below;
      const w22 = right * below;
      const a = y1 * rowBytes + x1 * 3;
      const b = y1 * rowBytes + x2 * 3;
      const c = y2 * rowBytes + x1 * 3;
      const d = y2 * rowBytes + x2 * 3;
      out[to] = w11 * image[a]! + w12 * image[b]! + w21 * image[c]! + w22 * image[d]! + 0.5;
      out[to + 1] = w11 * image[a + 1]! + w12 * image[b + 1]! + w21 * image[c + 1]! + w22 * image[d + 1]! + 0.5;
      out[to + 2] = w11 * image[a + 2]! + w12 * image[b + 2]! + w21 * image[c + 2]! + w22 * image[d + 2]! + 0.5;
    }
  }
}

/** Rotation, scale, shift and shear of an image about its centre. */
export interface Placement {
  /** Counter-clockwise. Default 0. */
  readonly degrees?: number;
  /** Zoom factor: 2 enlarges the content twice. Default 1. */
  readonly scale?: number;
  /** How far the content moves to the right and down, as a share of the size. Default 0. */
  readonly shift?: readonly [x: number, y: number];
  /** Shear factors: x moves by `shear[0]` for each step in y, y by `shear[1]` for each step in x. Default 0. */
  readonly shear?: readonly [x: number, y: number];
}

/** The affine map of a placement. */
export function placed(size: number, { degrees = 0, scale = 1, shift = [0, 0], shear = [0, 0] }: Placement): Affine {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle) / scale, Math.sin(angle) / scale];
  // The map goes from output to input, so it inverts the shift, the shear and the rotation, in this order.
  const [xx, xy] = [cos - sin * shear[1], -cos * shear[0] - sin];
  const [yx, yy] = [sin - cos * shear[1], cos - sin * shear[0]];
  const centre = (size - 1) / 2;
  const [x, y] = [centre + shift[0] * size, centre + shift[1] * size];
  return { xx, xy, x0: centre - xx * x - xy * y, yx, yy, y0: centre - yx * x - yy * y };
}

/** A rectangle in an image, in pixels, from its upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The affine map that stretches a box over the whole image. Outer edges are aligned, as in a resize. */
export function stretched(size: number, { x, y, width, height }: Box): Affine {
  const [xx, yy] = [width / size, height / size];
  return { xx, xy: 0, x0: x + (xx - 1) / 2, yx: 0, yy, y0: y + (yy - 1) / 2 };
}
