/**
 * Two-dimensional DCT-II of an 8x8 block, in place. Coefficient (u, v) is scaled by `8 * DCT_SCALE[u] * DCT_SCALE[v]`; the
 * quantization removes the factor. Algorithm of Arai, Agui and Nakajima (Trans. IEICE E71, 1988).
 */
export function forwardDct(block: Float64Array): void {
  for (let row = 0; row < 64; row += 8) forward(block, row, 1);
  for (let column = 0; column < 8; column++) forward(block, column, 8);
}

/** Inverse DCT, in place. Coefficients must be scaled by `DCT_SCALE[u] * DCT_SCALE[v] / 8`. */
export function inverseDct(block: Float64Array): void {
  for (let column = 0; column < 8; column++) inverse(block, column, 8);
  for (let row = 0; row < 64; row += 8) inverse(block, row, 1);
}

/** Scale factors: 1 for k = 0, else sqrt(2) * cos(k * pi / 16). */
export const DCT_SCALE: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7].map((k) =>
  k === 0 ? 1 : Math.SQRT2 * Math.cos((k * Math.PI) / 16),
);

const C2 = 2 * Math.cos(Math.PI / 8);
const C4 = Math.SQRT1_2;
const C6 = Math.sin(Math.PI / 8);

function forward(d: Float64Array, at: number, stride: number): void {
  const [i1, i2, i3, i4] = [at + stride, at + 2 * stride, at + 3 * stride, at + 4 * stride];
  const [i5, i6, i7] = [at + 5 * stride, at + 6 * stride, at + 7 * stride];
  const s07 = d[at]! + d[i7]!;
  const d07 = d[at]! - d[i7]!;
  const s16 = d[i1]! + d[i6]!;
  const d16 = d[i1]! - d[i6]!;
  const s25 = d[i2]! + d[i5]!;
  const d25 = d[i2]! - d[i5]!;
  const s34 = d[i3]! + d[i4]!;
  const d34 = d[i3]! - d[i4]!;

  const outer = s07 - s34;
  const turned = (s16 - s25 + outer) * C4;
  d[at] = s07 + s34 + s16 + s25;
  d[i4] = s07 + s34 - s16 - s25;
  d[i2] = outer + turned;
  d[i6] = outer - turned;

  const low = d34 + d25;
  const high = d16 + d07;
  const shared = (low - high) * C6;
  const z2 = (C2 / 2 - C6) * low + shared;
  const z4 = (C2 / 2 + C6) * high + shared;
  const z3 = (d25 + d16) * C4;
  d[i5] = d07 - z3 + z2;
  d[i3] = d07 - z3 - z2;
  d[i1] = d07 + z3 + z4;
  d[i7] = d07 + z3 - z4;
}

function inverse(d: Float64Array, at: number, stride: number): void {
  const [i1, i2, i3, i4] = [at + stride, at + 2 * stride, at + 3 * stride, at + 4 * stride];
  const [i5, i6, i7] = [at + 5 * stride, at + 6 * stride, at + 7 * stride];
  const s04 = d[at]! + d[i4]!;
  const d04 = d[at]! - d[i4]!;
  const s26 = d[i2]! + d[i6]!;
  const d26 = (d[i2]! - d[i6]!) * Math.SQRT2 - s26;
  const [e0, e3, e1, e2] = [s04 + s26, s04 - s26, d04 + d26, d04 - d26];

  const s53 = d[i5]! + d[i3]!;
  const d53 = d[i5]! - d[i3]!;
  const s17 = d[i1]! + d[i7]!;
  const d17 = d[i1]! - d[i7]!;
  const o0 = s17 + s53;
  const shared = (d53 + d17) * C2;
  const o1 = shared - d53 * (C2 + 2 * C6) - o0;
  const o2 = (s17 - s53) * Math.SQRT2 - o1;
  const o3 = shared - d17 * (C2 - 2 * C6) - o2;
  d[at] = e0 + o0;
  d[i7] = e0 - o0;
  d[i1] = e1 + o1;
  d[i6] = e1 - o1;
  d[i2] = e2 + o2;
  d[i5] = e2 - o2;
  d[i3] = e3 + o3;
  d[i4] = e3 - o3;
}
