import { reflect } from '../geometry/reflect.js';

export interface ClaheOptions {
  /** Limit of a tile's histogram, as a multiple of the average count per level. It limits the contrast. */
  readonly clipLimit: number;
  /** Tiles per side. */
  readonly tiles: number;
}

export type Clahe = (image: Uint8Array, out: Uint8Array, options: ClaheOptions) => void;

/**
 * Contrast limited adaptive histogram equalization (Zuiderveld, Graphics Gems IV, 1994), as in OpenCV's `createCLAHE`, on
 * the luma of RGB bytes [size, size, 3]: equalizes each tile and interpolates between tiles. Adds the change of the luma to
 * all three channels, which keeps the hue. Create one per size: it owns working memory.
 */
export function createClahe(size: number): Clahe {
  const luma = new Uint8Array(size * size);
  return (image, out, { clipLimit, tiles }) => {
    for (let pixel = 0, place = 0; pixel < luma.length; pixel++, place += 3) {
      luma[pixel] = 0.299 * image[place]! + 0.587 * image[place + 1]! + 0.114 * image[place + 2]! + 0.5;
    }
    const edge = Math.ceil(size / tiles);
    const tables = tileTables(luma, size, { clipLimit, tiles }, edge);
    for (let y = 0, pixel = 0; y < size; y++) {
      const rowTile = y / edge - 0.5;
      const above = Math.floor(rowTile);
      const down = rowTile - above;
      const top = Math.max(0, above) * tiles;
      const bottom = Math.min(tiles - 1, above + 1) * tiles;
      for (let x = 0; x < size; x++, pixel++) {
        const columnTile = x / edge - 0.5;
        const before = Math.floor(columnTile);
        const across = columnTile - before;
        const left = Math.max(0, before);
        const right = Math.min(tiles - 1, before + 1);
        const value = luma[pixel]!;
        const upper =
          tables[(top + left) * 256 + value]! * (1 - across) + tables[(top + right) * 256 + value]! * across;
        const lower =
          tables[(bottom + left) * 256 + value]! * (1 - across) + tables[(bottom + right) * 256 + value]! * across;
        const move = Math.round(upper * (1 - down) + lower * down) - value;
        for (let place = pixel * 3; place < pixel * 3 + 3; place++) {
          const moved = image[place]! + move;
          out[place] = moved < 0 ? 0 : moved > 255 ? 255 : moved;
        }
      }
    }
  };
}

/** Lookup table with 256 levels per tile, row by row. Tiles beyond the edge use the reflected image. */
function tileTables(luma: Uint8Array, size: number, { clipLimit, tiles }: ClaheOptions, edge: number): Uint8Array {
  const tables = new Uint8Array(tiles * tiles * 256);
  const histogram = new Int32Array(256);
  const area = edge * edge;
  const limit = Math.max(1, Math.floor((clipLimit * area) / 256));
  for (let tile = 0; tile < tiles * tiles; tile++) {
    const [top, left] = [Math.floor(tile / tiles) * edge, (tile % tiles) * edge];
    histogram.fill(0);
    for (let y = top; y < top + edge; y++) {
      const row = reflect(y, size) * size;
      for (let x = left; x < left + edge; x++) histogram[luma[row + (x < size ? x : reflect(x, size))]!]!++;
    }
    clip(histogram, limit);
    for (let level = 0, below = 0; level < 256; level++) {
      below += histogram[level]!;
      tables[tile * 256 + level] = Math.min(255, Math.round((below * 255) / area));
    }
  }
  return tables;
}

/** Clips the histogram and distributes the excess equally over all levels, the remainder at even spacing. */
function clip(histogram: Int32Array, limit: number): void {
  let excess = 0;
  for (let level = 0; level < 256; level++) {
    const over = histogram[level]! - limit;
    if (over <= 0) continue;
    excess += over;
    histogram[level] = limit;
  }
  const share = Math.floor(excess / 256);
  const rest = excess % 256;
  const spacing = rest === 0 ? 256 : Math.max(1, Math.floor(256 / rest));
  for (let level = 0; level < 256; level++) histogram[level]! += share;
  for (let level = 0, left = rest; level < 256 && left > 0; level += spacing, left--) histogram[level]!++;
}
