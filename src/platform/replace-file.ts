import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isErrno } from './errno.js';

/**
 * Puts a file in place as a whole or not at all, also through a power cut: `write` makes it under a temporary name in the same
 * folder; it is synced, renamed, and the folder is synced. A failure removes the temporary file, leaves what was there before,
 * and is thrown as it is. Returns what `write` returns.
 */
export async function replaceFile<T>(target: string, write: (draft: string) => T | Promise<T>): Promise<T> {
  const draft = draftOf(target);
  try {
    const result = await write(draft);
    await syncPath(draft);
    await rename(draft, target);
    await syncPath(path.dirname(target));
    return result;
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** As `replaceFile`, for synchronous code. */
export function replaceFileSync<T>(target: string, write: (draft: string) => T): T {
  const draft = draftOf(target);
  try {
    const result = write(draft);
    syncPathSync(draft);
    renameSync(draft, target);
    syncPathSync(path.dirname(target));
    return result;
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

export interface ContentOptions {
  /** Permissions of the file. Default: what the process gives new files. */
  readonly mode?: number;
}

/** `replaceFile` for content in memory. */
export function writeFileAtomically(
  target: string,
  content: string | Uint8Array,
  { mode = 0o666 }: ContentOptions = {},
): Promise<void> {
  return replaceFile(target, (draft) => writeFile(draft, content, { mode, flag: 'wx' }));
}

/** `replaceFileSync` for content in memory. */
export function writeFileAtomicallySync(
  target: string,
  content: string | Uint8Array,
  { mode = 0o666 }: ContentOptions = {},
): void {
  replaceFileSync(target, (draft) => writeFileSync(draft, content, { mode, flag: 'wx' }));
}

/**
 * Resolves when a file, or the names in a folder, would survive a power cut. After creating, renaming or linking a file, sync
 * both the file and its folder.
 */
export async function syncPath(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!cannotSync(error)) throw error;
  } finally {
    await handle.close();
  }
}

function syncPathSync(file: string): void {
  const fd = openSync(file, 'r');
  try {
    fsyncSync(fd);
  } catch (error) {
    if (!cannotSync(error)) throw error;
  } finally {
    closeSync(fd);
  }
}

/** Unique, so that threads and processes that write the same file do not share a draft. */
const draftOf = (target: string): string => `${target}.${randomUUID()}.tmp`;

/** Some network file systems sync no folders. */
const cannotSync = (error: unknown): boolean => isErrno(error, 'EINVAL', 'ENOTSUP');
