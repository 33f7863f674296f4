/** Lookup table for the 256 values of a channel. */
export type Table = Uint8Array;

/** Applies a lookup table to each byte. */
export function applyTable(image: Uint8Array, out: Uint8Array, table: Table): void {
  for (let place = 0; place < image.length; place++) out[place] = table[image[place]!]!;
}

/** `contrast * value + brightness * 255`: 1 and 0 change nothing. */
export const linearTable = (contrast: number, brightness: number): Table =>
  tableOf((value) => contrast * value + brightness * 255);

/** Inverts values at or above a threshold; 256 changes nothing. */
export const solarizeTable = (threshold: number): Table =>
  tableOf((value) => (value >= threshold ? 255 - value : value));

/** Keeps the highest `bits` bits of each value; 8 changes nothing. */
export const posterizeTable = (bits: number): Table => tableOf((value) => value & (0xff << (8 - bits)));

/** Builds a table from a function; rounds values and clamps them to 0 to 255. */
export const tableOf = (of: (value: number) => number): Table =>
  Uint8Array.from({ length: 256 }, (_, value) => Math.min(255, Math.max(0, Math.round(of(value)))));
