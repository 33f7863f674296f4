import { randomInt, type Random } from '../../../core/random.js';
import { contrast, saturate, sharpen } from './pixels/blend.js';
import { autocontrast, equalize } from './pixels/equalize.js';
import type { Transform } from './operation.js';
import { applyTable, linearTable, posterizeTable, solarizeTable } from './pixels/tables.js';
import { placed, warp, type Placement } from './geometry/warp.js';

/** Magnitude at which every operation has its full strength. */
export const MAX_MAGNITUDE = 30;

/**
 * One of the fourteen operations at a strength from 0 to 1. `sign` (-1 or 1) is the direction, for operations that have
 * two.
 */
type Change = (image: Uint8Array, out: Uint8Array, size: number, strength: number, sign: number) => void;

const move =
  (placementOf: (amount: number, size: number) => Placement): Change =>
  (image, out, size, strength, sign) =>
    warp(image, out, size, placed(size, placementOf(strength * sign, size)));

/** Largest translation: 150 of 331 pixels, the image size for which the operations were tuned. */
const FURTHEST = 150 / 331;

/** The paper's operations, with the full strengths of torchvision's `RandAugment`. */
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
 * MAX_MAGNITUDE) in a random direction. Pixels outside the image are reflected, as in all operations.
 *
 * @returns `ops` transforms, each of which draws an operation
 */
export function randAugment(size: number, ops: number, magnitude: number): Transform[] {
  const change = (image: Uint8Array, out: Uint8Array, random: Random): void => {
    const drawn = CHANGES[randomInt(random, CHANGES.length)]!;
    drawn(image, out, size, magnitude / MAX_MAGNITUDE, random() < 0.5 ? -1 : 1);
  };
  return Array<Transform>(ops).fill(change);
}
