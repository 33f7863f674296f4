import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import { InputError } from '../../../../core/errors.js';
import { fromFloat16 } from './half-precision.js';
import { isCounts, isRecord, isTexts } from './json-values.js';
import { damaged, elements, type StoredTensor, type WeightFile } from './weight-file.js';

const BYTES: Readonly<Record<string, number>> = { float32: 4, float16: 2, int32: 4, uint16: 2, uint8: 1, bool: 1 };

/**
 * Opens a TensorFlow.js model (`model.json` of a layers or graph model) and the binary shards in its folder. Quantized
 * weights are converted to float32.
 *
 * @throws InputError WEIGHTS_DAMAGED; WEIGHTS_SHARD_MISSING; WEIGHTS_UNSAFE for a shard outside of the folder
 */
export function openTfjsModel(path: string): WeightFile {
  const tensors = new Map<string, StoredTensor>();
  const parts = [path];
  for (const group of readManifest(path)) {
    const shards = openShards(path, group.paths);
    parts.push(...shards.files);
    let offset = 0;
    for (const weight of group.weights) {
      const { name, shape, dtype, stored, quantization } = checkWeight(path, weight);
      const bytes = elements(shape) * BYTES[stored]!;
      const begin = offset;
      offset += bytes;
      if (offset > shards.size) throw damaged(path, `its shards end within "${name}"`);
      tensors.set(name, {
        shape,
        dtype,
        read: () => decode(path, name, stored, shards.read(begin, bytes), quantization),
      });
    }
    if (offset !== shards.size) throw damaged(path, `its shards have ${shards.size} bytes, but its weights ${offset}`);
  }
  return { path, parts, format: 'TensorFlow.js', tensors, metadata: {}, close: () => undefined };
}

interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly unknown[];
}

function readManifest(path: string): readonly Group[] {
  let model: unknown;
  try {
    model = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw damaged(path, 'it is not JSON', cause);
  }
  const manifest = isRecord(model) ? model['weightsManifest'] : undefined;
  if (!Array.isArray(manifest))
    throw damaged(path, 'it has no "weightsManifest", so it is not a model.json of TensorFlow.js');
  return manifest.map((group: unknown) => {
    const { paths, weights } = isRecord(group) ? group : {};
    if (isTexts(paths) && Array.isArray(weights)) return { paths, weights };
    throw damaged(path, 'a group of its "weightsManifest" has no paths or no weights');
  });
}

interface Quantization {
  readonly scale: number;
  readonly min: number;
}

function checkWeight(path: string, weight: unknown) {
  const { name, shape, dtype, quantization } = isRecord(weight) ? weight : {};
  if (typeof name !== 'string' || !isCounts(shape)) throw damaged(path, 'a weight has no name or no shape');
  const { dtype: storedAs = dtype, scale, min } = isRecord(quantization) ? quantization : {};
  if (typeof dtype !== 'string' || typeof storedAs !== 'string' || BYTES[storedAs] === undefined) {
    throw damaged(path, `"${name}" has the unknown type ${JSON.stringify(storedAs)}`);
  }
  const affine = typeof scale === 'number' && typeof min === 'number' ? { scale, min } : undefined;
  return { name, shape, dtype, stored: storedAs, quantization: affine };
}

interface Shards {
  readonly files: readonly string[];
  readonly size: number;
  read(begin: number, bytes: number): ArrayBuffer;
}

function openShards(path: string, names: readonly string[]): Shards {
  const folder = dirname(path);
  const files = names.map((name) => {
    const inside = normalize(name);
    if (isAbsolute(inside) || inside === '..' || inside.startsWith(`..${sep}`)) {
      throw new InputError('WEIGHTS_UNSAFE', `${path} names a shard outside its folder: ${name}`, {
        hint: 'Shards belong into the folder of model.json. Do not trust this file.',
      });
    }
    const file = join(folder, inside);
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats?.isFile() !== true) {
      throw new InputError('WEIGHTS_SHARD_MISSING', `${path} names the shard ${name}, which does not exist`, {
        hint: `Copy all files of the model into ${folder}.`,
      });
    }
    return { file, size: stats.size };
  });
  let content: Buffer | undefined;
  return {
    files: files.map(({ file }) => file),
    size: files.reduce((sum, { size }) => sum + size, 0),
    read(begin, bytes) {
      content ??= Buffer.concat(files.map(({ file }) => readFileSync(file)));
      if (begin + bytes > content.length) throw damaged(path, 'a shard has become shorter');
      return content.buffer.slice(content.byteOffset + begin, content.byteOffset + begin + bytes) as ArrayBuffer;
    },
  };
}

function decode(
  path: string,
  name: string,
  stored: string,
  buffer: ArrayBuffer,
  quantization: Quantization | undefined,
): Float32Array {
  switch (stored) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float16':
      return fromFloat16(new Uint16Array(buffer));
    case 'uint8':
    case 'uint16': {
      if (quantization === undefined) break;
      const { scale, min } = quantization;
      const steps = stored === 'uint8' ? new Uint8Array(buffer) : new Uint16Array(buffer);
      return Float32Array.from(steps, (step) => step * scale + min);
    }
  }
  throw damaged(path, `"${name}" holds ${stored}, which is not a type of weights`);
}
