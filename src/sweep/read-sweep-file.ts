import { readFile } from 'node:fs/promises';
import { errnoOf } from '../platform/errno.js';
import type { SweepFile } from './parse.js';
import { unreadableFile } from './problem.js';

/** Reads a sweep file. Throws a `SweepFileError` for what is missing, a folder, unreadable, or not UTF-8 text. */
export async function readSweepFile(file: string): Promise<SweepFile> {
  let bytes;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw unreadableFile(file, reasonOf(error));
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
