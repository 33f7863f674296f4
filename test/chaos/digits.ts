import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const CLASSES = 10;
/** 14 x 14 features, each the mean of 2 x 2 pixels. */
export const FEATURES = 196;

export interface Digits {
  /** Row-major [samples, FEATURES], from 0 to 1. */
  readonly pixels: Float64Array;
  readonly labels: Uint8Array;
}

const SIZE = 28;

/** Writes the first handwritten digits of MNIST's test set as a small dataset. */
export async function writeDigits(mnist: string, folder: string, samples: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'pixels'),
    await readPart(join(mnist, 't10k-images-idx3-ubyte'), 16, samples * SIZE ** 2),
  );
  await writeFile(join(folder, 'labels'), await readPart(join(mnist, 't10k-labels-idx1-ubyte'), 8, samples));
}

/** Reads a dataset that `writeDigits` wrote. */
export async function readDigits(folder: string): Promise<Digits> {
  const bytes = await readFile(join(folder, 'pixels'));
  const labels = new Uint8Array(await readFile(join(folder, 'labels')));
  const half = SIZE / 2;
  const pixels = Float64Array.from({ length: labels.length * FEATURES }, (_, at) => {
    const [sample, row, column] = [Math.floor(at / FEATURES), Math.floor((at % FEATURES) / half), at % half];
    const corner = sample * SIZE ** 2 + 2 * row * SIZE + 2 * column;
    return (bytes[corner]! + bytes[corner + 1]! + bytes[corner + SIZE]! + bytes[corner + SIZE + 1]!) / 1020;
  });
  return { pixels, labels };
}

async function readPart(file: string, from: number, length: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, from);
    return buffer;
  } finally {
    await handle.close();
  }
}
