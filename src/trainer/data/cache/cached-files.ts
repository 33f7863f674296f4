import { rmSync, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders of the cache whose files can be made again, each from its dataset or its model. */
const KINDS = ['images', 'features', 'graphs'] as const;

export interface CachedFile {
  readonly path: string;
  readonly kind: (typeof KINDS)[number];
  /** What it takes up on disk: files that are written in places are longer than that. */
  readonly bytes: number;
  /** When it was last read or written, in milliseconds since 1970. */
  readonly usedAt: number;
  /** Whether somebody is about to fill it. */
  readonly isClaimed: boolean;
}

export interface TrimOptions {
  /** What the files may take up together. */
  readonly limitBytes: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Trials touch what they read every minute. */
const IN_USE_MS = 15 * 60_000;

/** What there is of decoded images, features and graphs; nothing where there is no cache. */
export async function listCachedFiles(cacheDir: string): Promise<CachedFile[]> {
  const found = await Promise.all(KINDS.map((kind) => filesOf(kind, join(cacheDir, kind))));
  return found.flat();
}

/**
 * Removes files, those that have not been used for longest first, until the others are within the limit. One that is being
 * filled, or was used in the last quarter of an hour, stays: several processes may share a cache, and somebody trains on it.
 * Whoever has a file open goes on reading it, for it is gone only from the folder.
 *
 * @returns those that are gone
 */
export async function trimCache(cacheDir: string, { limitBytes, now }: TrimOptions): Promise<CachedFile[]> {
  const files = await listCachedFiles(cacheDir);
  const removed: CachedFile[] = [];
  let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const file of files.sort((a, b) => a.usedAt - b.usedAt)) {
    if (total <= limitBytes || now - file.usedAt < IN_USE_MS) break;
    if (file.isClaimed || !removeUnused(file)) continue;
    total -= file.bytes;
    removed.push(file);
  }
  return removed;
}

/** Unless somebody has begun to use it since it was listed: looked at and removed in one go. */
function removeUnused({ path, usedAt }: CachedFile): boolean {
  try {
    if (statSync(path).mtimeMs > usedAt) return false;
    rmSync(path);
    return true;
  } catch {
    // Another process was faster, or it may not be removed: either way, this one has not made room.
    return false;
  }
}

async function filesOf(kind: CachedFile['kind'], folder: string): Promise<CachedFile[]> {
  const names = new Set(await readdir(folder).catch(() => []));
  const files: CachedFile[] = [];
  for (const name of names) {
    if (name.endsWith(CLAIM)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) continue;
    const { size, blocks, atimeMs, mtimeMs } = found;
    // Where a file system does not say what a file takes up, it is taken to be as long as it says.
    const bytes = blocks > 0 ? Math.min(size, blocks * 512) : size;
    files.push({ path, kind, bytes, usedAt: Math.max(atimeMs, mtimeMs), isClaimed: names.has(`${name}${CLAIM}`) });
  }
  return files;
}

const CLAIM = '.claim';
