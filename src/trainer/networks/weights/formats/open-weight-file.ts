import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../../../core/errors.js';
import { isErrno } from '../../../../platform/errno.js';
import { readKerasArchive } from './keras-archive.js';
import { readKerasH5 } from './keras-h5.js';
import { openSafetensors } from './safetensors.js';
import { openTfjsModel } from './tfjs-model.js';
import type { WeightFile } from './weight-file.js';

/**
 * Opens a file of weights. Its format is recognized by its content, not by its name. For a folder, opens the TensorFlow.js
 * model in it.
 *
 * @throws InputError WEIGHTS_NOT_FOUND, WEIGHTS_UNREADABLE, WEIGHTS_FORMAT, and what the format's reader throws
 */
export async function openWeightFile(path: string): Promise<WeightFile> {
  const file = await findFile(path);
  const start = await firstBytes(file);
  const text = start.toString('latin1');
  if (text.startsWith('\x89HDF\r\n\x1a\n')) return readKerasH5(file, await readFile(file));
  if (text.startsWith('PK\x03\x04')) return readKerasArchive(file, await readFile(file));
  if (start[6] === 0 && start[7] === 0 && text.charAt(8) === '{') return openSafetensors(file);
  if (text.trimStart().startsWith('{')) return openTfjsModel(file);
  throw unknownFormat(file, start);
}

async function findFile(path: string): Promise<string> {
  const stats = await stat(path).catch((cause: unknown) => {
    if (!isErrno(cause, 'ENOENT', 'ENOTDIR')) throw unreadable(path, cause);
    throw new InputError('WEIGHTS_NOT_FOUND', `there are no weights at ${path}`, {
      hint: '`weights` is none, imagenet, or the path of a file, from the sweep file’s folder.',
      cause,
    });
  });
  if (stats.isFile()) return path;
  if (stats.isDirectory()) return findFile(join(path, 'model.json'));
  throw new InputError('WEIGHTS_UNREADABLE', `the weights ${path} are neither a file nor a folder`, {
    hint: 'Name a file of weights, or the folder of a TensorFlow.js model.',
  });
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function unreadable(path: string, cause: unknown): InputError {
  return new InputError('WEIGHTS_UNREADABLE', `the weights ${path} cannot be read`, {
    hint: 'Give yourself permission to read the file and the folders above it.',
    cause,
  });
}

const FORMATS = 'Keras (.h5, .weights.h5, .keras), safetensors and TensorFlow.js (model.json) can be read.';

function unknownFormat(path: string, start: Buffer): InputError {
  if (start[0] === 0x80 && start[1]! <= 5) {
    return new InputError('WEIGHTS_FORMAT', `${path} is a pickle; reading a pickle runs code that it contains`, {
      hint: `${FORMATS} In PyTorch: safetensors.torch.save_file(state_dict, "weights.safetensors").`,
    });
  }
  const what = start.length === 0 ? 'is empty' : 'is not a file of weights in a known format';
  return new InputError('WEIGHTS_FORMAT', `${path} ${what}`, { hint: FORMATS });
}
