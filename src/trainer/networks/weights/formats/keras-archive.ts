import { InputError } from '../../../../core/errors.js';
import { isRecord } from './json-values.js';
import { readKerasH5 } from './keras-h5.js';
import { damaged, type WeightFile } from './weight-file.js';

/** The two members of a Keras archive that are read. Other members are ignored, and nothing is written to disk. */
const WEIGHTS = 'model.weights.h5';
const CONFIG = 'config.json';
const MAX_PART_BYTES = 2 ** 31 - 1;
/** Largest ratio of unpacked to packed bytes. Weights hardly compress; a larger ratio is a zip bomb. */
const MAX_GROWTH = 20;

/**
 * Reads the weights of a `.keras` archive: a zip file with the weights as HDF5 and the model's configuration.
 *
 * @throws InputError WEIGHTS_DAMAGED, WEIGHTS_FORMAT for another zip file, WEIGHTS_TOO_LARGE
 */
export async function readKerasArchive(path: string, content: Uint8Array): Promise<WeightFile> {
  const { unzipSync } = await import('fflate');
  let parts: Readonly<Record<string, Uint8Array>>;
  try {
    parts = unzipSync(content, {
      filter: ({ name, size, originalSize }) => {
        if (name !== WEIGHTS && name !== CONFIG) return false;
        if (originalSize <= MAX_PART_BYTES && originalSize <= size * MAX_GROWTH + 1_000_000) return true;
        throw damaged(path, `${name} in it unpacks from ${size} to ${originalSize} bytes`);
      },
    });
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw damaged(path, 'the zip archive cannot be unpacked', cause);
  }
  const weights = parts[WEIGHTS];
  if (weights === undefined) {
    throw new InputError('WEIGHTS_FORMAT', `${path} is a zip file without ${WEIGHTS}, so it is not a Keras model`, {
      hint: 'PyTorch checkpoints (.pth, .pt, .bin) are zip files, too: save them as safetensors.',
    });
  }
  const file = await readKerasH5(path, weights, parseConfig(path, parts[CONFIG]));
  return { ...file, format: 'Keras archive' };
}

function parseConfig(path: string, config: Uint8Array | undefined): unknown {
  if (config === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(config));
    return isRecord(parsed) ? parsed : undefined;
  } catch (cause) {
    throw damaged(path, `${CONFIG} in it is not JSON`, cause);
  }
}
