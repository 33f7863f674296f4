import { randomInt, type Random } from '../../../core/random.js';
import { contrast, saturate, sharpen } from './pixels/blend.js';
import { autocontrast, equalize } from './pixels/equalize.js';
import type { Transform } from './operation.js';
import { applyTable, linearTable, posterizeTable, solarizeTable } from './pixels/tables.js';
import { placed, warp, type Placement } from './geometry/warp.js';

/** The magnitude at which every operation is at its strongest. */
export const MAX_MAGNITUDE = 30;

/** One of the fourteen changes at a strength from 0 to 1; where it has two directions, `sign` is -1 or 1. */
type Change = (image: Uint8Array, out: Uint8Array, size: number, strength: number, sign: number) => void;

const move =
  (placementOf: (amount: number, size: number) => Placement): Change =>
  (image, out, size, strength, sign) =>
    warp(image, out, size, placed(size, placementOf(strength * sign, size)));

/** The furthest that an image moves is 150 of 331 pixels: the size at which the operations were first tuned. */
const FURTHEST = 150 / 331;

/** The paper's operations, as strong at their strongest as in torchvision's `RandAugment`. */
const CHANGES: readonly Change[] = [
  (image, out) => out.set(image),
  (image, out) => autocontrast(image, out),
  (image, out) => equalize(image, out),
  move((amount) => ({ degrees: 30 * amount })),
  (image, out, _, strength) => applyTable(image, out, solarizeTable(Math.ceil(256 * (1 - strength)))),
  (image, out, _, strength, sign) => saturate(image, out, 1 + 0.9 * strength * sign),
  (image, out, _, strength) => applyTable(image, out, posterizeTable(8 - Math.round(4 * strength))),
  (image, out, _, strength, sign) => contrast(image, out, 1 + 0.9 * strength * sign),
  (image, out, _, strength, sign) => applyTable(image, out, linearTable(1 + 0.9 * strength * sign, 0)),
  (image, out, size, strength, sign) => sharpen(image, out, size, 1 + 0.9 * strength * sign),
  move((amount) => ({ shear: [0.3 * amount, 0] })),
  move((amount) => ({ shear: [0, 0.3 * amount] })),
  move((amount) => ({ shift: [FURTHEST * amount, 0] })),
  move((amount) => ({ shift: [0, FURTHEST * amount] })),
];

/**
 * RandAugment (arXiv 1909.13719): `ops` operations of fourteen, drawn with replacement, each at `magnitude` (0 to
 * MAX_MAGNITUDE) in a random direction. What moves into view is the image's mirror image, as with every operation here.
 *
 * @returns as many transforms, each of which draws an operation
 */
export function randAugment(size: number, ops: number, magnitude: number): Transform[] {
  const change = (image: Uint8Array, out: Uint8Array, random: Random): void => {
    const drawn = CHANGES[randomInt(random, CHANGES.length)]!;
    drawn(image, out, size, magnitude / MAX_MAGNITUDE, random() < 0.5 ? -1 : 1);
  };
  return Array<Transform>(ops).fill(change);
}
