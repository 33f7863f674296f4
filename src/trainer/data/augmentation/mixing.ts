import type { Random } from '../../../core/random.js';
import { drawBeta } from './draw-beta.js';
import type { Box } from './geometry/warp.js';

export interface MixingOptions {
  /** Alpha of mixup's Beta(alpha, alpha); 0: no mixup. */
  readonly mixupAlpha: number;
  /** Alpha of CutMix's Beta(alpha, alpha); 0: no CutMix. With both above 0, each image gets one of them at random. */
  readonly cutmixAlpha: number;
}

/** How an image is mixed with its partner. `share` (0 to 1) is the weight of its own label. */
export type Mixture =
  | { readonly kind: 'mixup'; readonly share: number }
  | { readonly kind: 'cutmix'; readonly share: number; readonly box: Box };

/** Draws how an image is mixed (mixup, arXiv 1710.09412; CutMix, arXiv 1905.04899). Returns `undefined` if both are off. */
export function drawMixture(random: Random, size: number, options: MixingOptions): Mixture | undefined {
  const { mixupAlpha, cutmixAlpha } = options;
  if (mixupAlpha === 0 && cutmixAlpha === 0) return undefined;
  const cut = mixupAlpha === 0 || (cutmixAlpha > 0 && random() < 0.5);
  if (!cut) return { kind: 'mixup', share: drawBeta(random, mixupAlpha) };
  const edge = size * Math.sqrt(1 - drawBeta(random, cutmixAlpha));
  const box = cutBox(Math.floor(random() * size), Math.floor(random() * size), Math.floor(edge), size);
  return { kind: 'cutmix', share: 1 - (box.width * box.height) / size ** 2, box };
}

/** The part of a square around (x, y) that is inside the image. */
function cutBox(x: number, y: number, edge: number, size: number): Box {
  const span = (centre: number): readonly [number, number] => {
    const from = centre - Math.floor(edge / 2);
    return [Math.max(0, from), Math.min(size, from + edge)];
  };
  const [[left, right], [top, bottom]] = [span(x), span(y)];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Mixes two images, bytes [size, size, 3], into `out`, numbers from 0 to 255 of the same shape. */
export function mix(own: Uint8Array, other: Uint8Array, size: number, mixture: Mixture, out: Float32Array): void {
  if (mixture.kind === 'mixup') {
    const { share } = mixture;
    for (let place = 0; place < own.length; place++) out[place] = share * own[place]! + (1 - share) * other[place]!;
    return;
  }
  out.set(own);
  const { x, y, width, height } = mixture.box;
  for (let row = y; row < y + height; row++) {
    const start = (row * size + x) * 3;
    out.set(other.subarray(start, start + width * 3), start);
  }
}
