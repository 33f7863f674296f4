import { tableOf, type Table } from './tables.js';

/**
 * Equalizes the histogram of each channel of RGB bytes (`cv2.equalizeHist`, channel by channel).
 */
export function equalize(image: Uint8Array, out: Uint8Array): void {
  perChannel(image, out, equalizingTable);
}

/** Stretches each channel until its darkest value is 0 and its brightest 255. */
export function autocontrast(image: Uint8Array, out: Uint8Array): void {
  perChannel(image, out, (histogram) => {
    const darkest = histogram.findIndex((count) => count > 0);
    const brightest = histogram.findLastIndex((count) => count > 0);
    return brightest > darkest ? tableOf((value) => ((value - darkest) * 255) / (brightest - darkest)) : SAME;
  });
}

const SAME = tableOf((value) => value);

function equalizingTable(histogram: Uint32Array): Table {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  const first = histogram.find((count) => count > 0)!;
  if (first === total) return SAME;
  let below = 0;
  return Uint8Array.from(histogram, (count) => {
    below += count;
    return Math.max(0, Math.round(((below - first) * 255) / (total - first)));
  });
}

function perChannel(image: Uint8Array, out: Uint8Array, makeTable: (histogram: Uint32Array) => Table): void {
  for (let channel = 0; channel < 3; channel++) {
    const histogram = new Uint32Array(256);
    for (let place = channel; place < image.length; place += 3) histogram[image[place]!]!++;
    const table = makeTable(histogram);
    for (let place = channel; place < image.length; place += 3) out[place] = table[image[place]!]!;
  }
}
