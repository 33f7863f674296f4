import type { Random } from '../../../../core/random.js';
import { draw, type Range } from '../operation.js';
import type { Box } from './warp.js';

/** Number of attempts to draw a crop that fits into the image, as in torchvision. */
const TRIES = 10;

/**
 * Draws the box of a random resized crop (Inception, arXiv 1409.4842): its share of the area is in `scale`, its aspect ratio
 * (width / height, log-uniform) in `ratio`. Returns a centre crop if none of ten draws fits.
 */
export function drawCrop(random: Random, size: number, scale: Range, [narrow, wide]: Range): Box {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const area = draw(random, scale) * size ** 2;
    const ratio = Math.exp(draw(random, [Math.log(narrow), Math.log(wide)]));
    const [width, height] = [Math.sqrt(area * ratio), Math.sqrt(area / ratio)];
    if (width > size || height > size) continue;
    return { x: random() * (size - width), y: random() * (size - height), width, height };
  }
  const ratio = Math.min(wide, Math.max(narrow, 1));
  const [width, height] = [Math.min(size, size * ratio), Math.min(size, size / ratio)];
  return { x: (size - width) / 2, y: (size - height) / 2, width, height };
}

/** Draws a box with integer coordinates inside an image. `edge`: range of width and height, as shares of the size. */
export function drawBox(random: Random, size: number, edge: Range): Box {
  const pixels = (): number => Math.min(size, Math.max(1, Math.round(draw(random, edge) * size)));
  const [width, height] = [pixels(), pixels()];
  const place = (length: number): number => Math.floor(random() * (size - length + 1));
  return { x: place(width), y: place(height), width, height };
}
