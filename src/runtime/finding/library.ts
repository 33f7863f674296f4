import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../core/errors.js';

/** A native TensorFlow to build and link against. */
export interface Library {
  /** Absolute paths of the shared libraries, the one with the C API first. */
  readonly files: readonly string[];
  /** Folder of `tensorflow/c/c_api.h`. */
  readonly include: string;
}

/**
 * The libraries and headers in a folder of the user's: either an unpacked release (`lib/`, `include/`) or the folder of a
 * Python package (all in one place).
 */
export async function findLibrary(folder: string): Promise<Library> {
  const absolute = path.resolve(folder);
  const include = path.join(absolute, 'include');
  for (const place of [absolute, path.join(absolute, 'lib')]) {
    const names = await readdir(place).catch(() => []);
    const files = [C_API, FRAMEWORK].flatMap((pattern) =>
      names
        .filter((name) => pattern.test(name))
        .sort()
        .slice(-1),
    );
    if (!files.some((name) => C_API.test(name))) continue;
    if (await isFile(path.join(include, 'tensorflow', 'c', 'c_api.h'))) {
      return { files: files.map((name) => path.join(place, name)), include };
    }
  }
  throw new InputError('LIBTENSORFLOW_NOT_FOUND', `${absolute} holds no TensorFlow library with its headers`, {
    hint: 'It has to hold libtensorflow.so.2 or libtensorflow_cc.so.2, there or in lib/, and include/tensorflow/c/c_api.h.',
  });
}

const C_API = /^libtensorflow(_cc)?\.so(\.\d+)*$/;
const FRAMEWORK = /^libtensorflow_framework\.so(\.\d+)*$/;

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
