/** What each of the 256 values of a channel becomes. */
export type Table = Uint8Array;

/** Replaces every byte by what the table says. */
export function applyTable(image: Uint8Array, out: Uint8Array, table: Table): void {
  for (let place = 0; place < image.length; place++) out[place] = table[image[place]!]!;
}

/** `contrast * value + brightness * 255`: 1 and 0 leave everything as it is. */
export const linearTable = (contrast: number, brightness: number): Table =>
  tableOf((value) => contrast * value + brightness * 255);

/** Inverts what is at or above a threshold; 256 leaves everything as it is. */
export const solarizeTable = (threshold: number): Table =>
  tableOf((value) => (value >= threshold ? 255 - value : value));

/** Keeps the highest bits of each value; 8 leaves everything as it is. */
export const posterizeTable = (bits: number): Table => tableOf((value) => value & (0xff << (8 - bits)));

/** Values rounded and cut off at 0 and 255. */
export const tableOf = (of: (value: number) => number): Table =>
  Uint8Array.from({ length: 256 }, (_, value) => Math.min(255, Math.max(0, Math.round(of(value)))));
