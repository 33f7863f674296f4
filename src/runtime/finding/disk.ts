import { stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError } from '../../core/errors.js';
import { formatBytes } from '../../core/format.js';

/** Bytes that this user can still write where `folder` is or would be. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(await nearestExisting(folder));
  return bavail * bsize;
}

/** Throws where less than `bytes` are free. */
export async function requireSpace(folder: string, bytes: number): Promise<void> {
  const free = await freeBytes(folder);
  if (free < bytes) throw diskFull(folder, `${formatBytes(bytes)} are needed, ${formatBytes(free)} are free`);
}

export function diskFull(folder: string, detail: string, cause?: unknown): EnvironmentError {
  return new EnvironmentError('DISK_FULL', `not enough disk space in ${folder}: ${detail}`, {
    hint: 'Free some space, or set SWEEPWRIGHT_CACHE to a folder on a larger disk. What is done so far is kept.',
    cause,
  });
}

/** The folder itself, or the closest one above it that exists. */
export async function nearestExisting(folder: string): Promise<string> {
  const parent = path.dirname(folder);
  const exists = await stat(folder).then(
    () => true,
    () => false,
  );
  return exists || parent === folder ? folder : nearestExisting(parent);
}
