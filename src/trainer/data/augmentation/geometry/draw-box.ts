import type { Random } from '../../../../core/random.js';
import { draw, type Range } from '../operation.js';
import type { Box } from './warp.js';

/** How often a shape is drawn that may not fit into the image, as torchvision has it. */
const TRIES = 10;

/**
 * A part of an image for a random resized crop (Inception's, arXiv 1409.4842): its share of the area between the bounds of
 * `scale`, its width by height between those of `ratio` (log-uniform). Where ten draws do not fit, the middle.
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

/** A rectangle of whole pixels anywhere within an image; `edge` bounds width and height as shares of the size. */
export function drawBox(random: Random, size: number, edge: Range): Box {
  const pixels = (): number => Math.min(size, Math.max(1, Math.round(draw(random, edge) * size)));
  const [width, height] = [pixels(), pixels()];
  const place = (length: number): number => Math.floor(random() * (size - length + 1));
  return { x: place(width), y: place(height), width, height };
}
