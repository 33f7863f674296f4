import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { errnoOf, isMissing } from '../platform/errno.js';
import type { SweepFile } from './parse.js';
import { unreadableFile } from './problem.js';
import { closest } from './schema/did-you-mean.js';

/** Reads a sweep file. Throws a `SweepFileError` for a missing or unreadable file, a folder, and text that is not UTF-8. */
export async function readSweepFile(file: string): Promise<SweepFile> {
  let bytes;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw unreadableFile(file, reasonOf(error), isMissing(error) ? await otherFile(file) : undefined);
  }
  if (bytes.includes(0)) throw unreadableFile(file, 'this is not a text file');
  try {
    return { file, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    throw unreadableFile(file, 'this is not UTF-8 text', 'Save the file as UTF-8.');
  }
}

function reasonOf(error: unknown): string {
  switch (errnoOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file';
    case 'EISDIR':
      return 'this is a folder, not a sweep file';
    case 'EACCES':
    case 'EPERM':
      return 'permission to read this file is denied';
    default:
      return `this file cannot be read (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** Suggests the sweep file in the same folder that was probably meant: `small.yaml` for `small.yml`, or one with a similar name. */
async function otherFile(file: string): Promise<string | undefined> {
  const names = (await readdir(dirname(file)).catch(() => [])).filter((name) => /\.(ya?ml|json)$/i.test(name));
  const stem = (name: string): string => basename(name, extname(name));
  const name = names.find((other) => stem(other) === stem(file)) ?? closest(basename(file), names);
  return name === undefined ? undefined : `did you mean \`${name}\`?`;
}
