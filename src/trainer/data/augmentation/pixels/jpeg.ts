import { DCT_SCALE, forwardDct, inverseDct } from './dct.js';
import { halve, toPlanes, toRgb } from './jpeg-colours.js';

/** Writes the compressed and decompressed image into `out`. */
export type Jpeg = (image: Uint8Array, out: Uint8Array, quality: number) => void;

/**
 * Returns a function that applies the losses of JPEG compression to RGB bytes [size, size, 3], for a `quality` from 1 to 100:
 * libjpeg's tables and quality rule (ITU-T T.81, annex K), chroma subsampling 4:2:0. Entropy coding is lossless and left
 * out. Create one per size: it owns working memory.
 */
export function createJpeg(size: number): Jpeg {
  const edge = Math.ceil(size / 16) * 16;
  const luma = new Float32Array(edge * edge);
  const [blue, red] = [new Float32Array(edge * edge), new Float32Array(edge * edge)];
  const [halfBlue, halfRed] = [new Float32Array((edge / 2) ** 2), new Float32Array((edge / 2) ** 2)];
  return (image, out, quality) => {
    toPlanes(image, size, edge, [luma, blue, red]);
    halve(blue, edge, halfBlue);
    halve(red, edge, halfRed);
    const colours = steps(COLOUR_TABLE, quality);
    quantize(luma, edge, steps(LUMA_TABLE, quality));
    quantize(halfBlue, edge / 2, colours);
    quantize(halfRed, edge / 2, colours);
    toRgb([luma, halfBlue, halfRed], edge, size, out);
  };
}

/** Quantizes the DCT coefficients of a plane, block by block. Values are whole numbers from 0 to 255 before and after. */
function quantize(plane: Float32Array, edge: number, { divisors, factors }: Steps): void {
  const block = new Float64Array(64);
  for (let top = 0; top < edge; top += 8) {
    for (let left = 0; left < edge; left += 8) {
      const corner = top * edge + left;
      for (let place = 0; place < 64; place++) block[place] = plane[corner + (place >> 3) * edge + (place & 7)]! - 128;
      forwardDct(block);
      for (let place = 0; place < 64; place++) {
        block[place] = Math.round(block[place]! * divisors[place]!) * factors[place]!;
      }
      inverseDct(block);
      for (let place = 0; place < 64; place++) {
        const value = Math.round(block[place]! + 128);
        plane[corner + (place >> 3) * edge + (place & 7)] = value < 0 ? 0 : value > 255 ? 255 : value;
      }
    }
  }
}

/** Factors that convert raw coefficients to quantization steps (`divisors`) and back (`factors`). */
interface Steps {
  readonly divisors: Float64Array;
  readonly factors: Float64Array;
}

/** libjpeg's quality rule: 50 uses the table unchanged, 100 sets every step to 1. */
function steps(table: readonly number[], quality: number): Steps {
  const percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const sizes = table.map((step) => Math.min(255, Math.max(1, Math.floor((step * Math.floor(percent) + 50) / 100))));
  const scale = (place: number): number => DCT_SCALE[place >> 3]! * DCT_SCALE[place & 7]!;
  return {
    divisors: Float64Array.from(sizes, (size, place) => 1 / (size * scale(place) * 8)),
    factors: Float64Array.from(sizes, (size, place) => (size * scale(place)) / 8),
  };
}

// prettier-ignore
const LUMA_TABLE = [
  16, 11, 10, 16, 24, 40, 51, 61,
  12, 12, 14, 19, 26, 58, 60, 55,
  14, 13, 16, 24, 40, 57, 69, 56,
  14, 17, 22, 29, 51, 87, 80, 62,
  18, 22, 37, 56, 68, 109, 103, 77,
  24, 35, 55, 64, 81, 104, 113, 92,
  49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];

// prettier-ignore
const COLOUR_TABLE = [
  17, 18, 24, 47, 99, 99, 99, 99,
  18, 21, 26, 66, 99, 99, 99, 99,
  24, 26, 56, 99, 99, 99, 99, 99,
  47, 66, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
];
