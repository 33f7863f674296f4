import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { replaceFile } from '../../../../platform/replace-file.js';

export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  /** Called when the array is written, so that only one array is in memory at a time. */
  readonly values: () => Float32Array;
}

/** Writes a safetensors file of float32 arrays atomically. Creates its folder. */
export async function writeSafetensors(
  path: string,
  arrays: readonly NamedArray[],
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, async (draft) => {
    const file = await open(draft, 'wx');
    try {
      await file.writeFile(headerOf(arrays, metadata));
      for (const { name, shape, values } of arrays) {
        const { buffer, byteOffset, byteLength } = values();
        if (byteLength !== bytesOf(shape))
          throw new RangeError(`${name} has ${byteLength} bytes, not ${bytesOf(shape)}`);
        await file.writeFile(new Uint8Array(buffer, byteOffset, byteLength));
      }
    } finally {
      await file.close();
    }
  });
}

function headerOf(arrays: readonly NamedArray[], metadata: Readonly<Record<string, string>>): Buffer {
  let offset = 0;
  const entries = arrays.map(({ name, shape }) => {
    const begin = offset;
    offset += bytesOf(shape);
    return [name, { dtype: 'F32', shape, data_offsets: [begin, offset] }] as const;
  });
  const json = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  // Padded with spaces, so that the arrays begin at a multiple of 8 bytes.
  const text = Buffer.from(json.padEnd(json.length + ((8 - (Buffer.byteLength(json) % 8)) % 8)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text]);
}

const bytesOf = (shape: readonly number[]): number => 4 * shape.reduce((count, edge) => count * edge, 1);
