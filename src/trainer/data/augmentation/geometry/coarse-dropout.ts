import type { Box } from './warp.js';

/**
 * Fills rectangles of RGB bytes [size, size, 3] with one grey level (Cutout, arXiv 1708.04552). Boxes have integer
 * coordinates inside the image.
 */
export function dropBoxes(image: Uint8Array, out: Uint8Array, size: number, boxes: readonly Box[], fill: number): void {
  out.set(image);
  for (const { x, y, width, height } of boxes) {
    for (let row = y; row < y + height; row++) out.fill(fill, (row * size + x) * 3, (row * size + x + width) * 3);
  }
}
