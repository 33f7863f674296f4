import { rmSync, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders of the cache whose files can be computed again from the dataset or the model. */
const KINDS = ['images', 'features', 'graphs'] as const;

/** A file in the cache folder. */
export interface CachedFile {
  readonly path: string;
  readonly kind: (typeof KINDS)[number];
  /** Disk space in bytes; a sparse file uses less than its length. */
  readonly bytes: number;
  /** Time of the last read or write, in milliseconds since 1970. */
  readonly usedAt: number;
  /** Whether a process is writing to it. */
  readonly isClaimed: boolean;
}

export interface TrimOptions {
  /** Upper limit of the total disk space, in bytes. */
  readonly limitBytes: number;
  /** Current time, in milliseconds since 1970. */
  readonly now: number;
}

/** Files used more recently than this are kept. Trials touch the files that they read once a minute. */
const IN_USE_MS = 15 * 60_000;

/** Lists cached images, features and graphs. Returns an empty list if there is no cache folder. */
export async function listCachedFiles(cacheDir: string): Promise<CachedFile[]> {
  const found = await Promise.all(KINDS.map((kind) => filesOf(kind, join(cacheDir, kind))));
  return found.flat();
}

/**
 * Removes the least recently used files until the rest is within the limit. Files that are being written or were used in
 * the last 15 minutes are kept, since other processes may train from the same cache. A process that has a removed file open
 * can still read it (POSIX unlink).
 *
 * @returns the removed files
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

/** Removes the file unless it was used since it was listed. Checks and removes synchronously, to keep the race short. */
function removeUnused({ path, usedAt }: CachedFile): boolean {
  try {
    if (statSync(path).mtimeMs > usedAt) return false;
    rmSync(path);
    return true;
  } catch {
    // Another process removed it first, or permission is missing: no space was freed here.
    return false;
  }
}

async function filesOf(kind: CachedFile['kind'], folder: string): Promise<CachedFile[]> {
  const names = new Set(await readdir(folder).catch(() => []));
  const files: CachedFile[] = [];
  for (const name of names) {
    if (name.includes(CLAIM)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) continue;
    const { size, blocks, atimeMs, mtimeMs } = found;
    // Some file systems report no blocks: use the length instead.
    const bytes = blocks > 0 ? Math.min(size, blocks * 512) : size;
    files.push({ path, kind, bytes, usedAt: Math.max(atimeMs, mtimeMs), isClaimed: names.has(`${name}${CLAIM}`) });
  }
  return files;
}

/** The lock of a file; one that is being taken has more after it. */
const CLAIM = '.claim';
