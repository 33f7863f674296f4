import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { InputError } from '../../../core/errors.js';
import { datasetNotFound } from '../formats/dataset-not-found.js';
import { shortList } from '../files/name-lists.js';
import { HashCache, type FileIdentity } from './hash-cache.js';
import { isErrno, systemReason } from '../../../platform/errno.js';
import { inParallel } from '../files/in-parallel.js';
import { listFolder, type FolderEntry, type FolderListing } from '../files/list-folder.js';

/** Files read in parallel. More than the number of cores, since reading mostly waits for the disk. */
const READERS = 16;
const CHUNK_BYTES = 256 * 1024;
/** A synchronous `stat` takes a quarter of the time; after this many calls the event loop gets a turn. */
const YIELD_EVERY = 1000;

/**
 * Identifies the content of a dataset: 64 hexadecimal digits (SHA-256) that change with any name or byte below `path` and
 * with nothing else. For a file this is its content; for a folder a Merkle tree of names and contents. Links are followed;
 * dot files and empty folders do not count. Hashes are cached in `cacheDir` until a file's size, times or inode change.
 * Memory is bounded by the largest folder.
 *
 * @throws InputError DATASET_NOT_FOUND; DATASET_UNREADABLE with the first files and folders that cannot be read, or if `path`
 *   is neither a file nor a folder
 */
export async function fingerprintDataset(path: string, options: { readonly cacheDir: string }): Promise<string> {
  const root = resolve(path);
  const reader = new ContentReader(options.cacheDir);
  const content = (await isFolder(root)) ? await reader.folder(await listFolder(root)) : await reader.loneFile(root);
  reader.assertAllRead(root);
  return createHash('sha256').update(`sweepwright dataset 1\n${content}`).digest('hex');
}

/**
 * Computes the SHA-256 of each file's content, in the order of `paths` (absolute).
 *
 * @param options - `root`: the dataset's name in messages; `cacheDir`: folder of the hash cache
 * @throws InputError DATASET_UNREADABLE with the first files that cannot be read
 */
export async function fingerprintFiles(
  paths: readonly string[],
  { root, cacheDir }: { readonly root: string; readonly cacheDir: string },
): Promise<readonly string[]> {
  const reader = new ContentReader(cacheDir);
  const contents = await reader.listed(paths);
  reader.assertAllRead(root);
  return contents;
}

async function isFolder(root: string): Promise<boolean> {
  const found = await stat(root).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) throw datasetNotFound(root);
    throw new InputError('DATASET_UNREADABLE', `the dataset ${root} cannot be read: ${systemReason(error)}`, {
      hint: 'Check the permissions of the dataset and of the folders above it.',
    });
  });
  if (found.isFile() || found.isDirectory()) return found.isDirectory();
  throw new InputError('DATASET_UNREADABLE', `the dataset ${root} is neither a file nor a folder`, {
    hint: 'A device or a pipe gives different data each time. Write the data to a file first.',
  });
}

/** Hashes files and folders, and collects those that cannot be read. */
class ContentReader {
  readonly #cacheDir: string;
  readonly #unreadable: { readonly path: string; readonly reason: string }[] = [];
  readonly #buffers = Array.from({ length: READERS }, () => Buffer.allocUnsafe(CHUNK_BYTES));

  constructor(cacheDir: string) {
    this.#cacheDir = cacheDir;
  }

  /** Hash of a folder; `''` if it has no files. */
  async folder(listing: FolderListing): Promise<string> {
    for (const problem of listing.unreadable) this.#unreadable.push(problem);
    const lines: string[] = [];
    for (const folder of listing.folders) {
      const content = await this.folder(await listFolder(folder.path, listing));
      if (content) lines.push(`folder ${content} ${folder.name}\0`);
    }
    const contents = await this.#files(listing.path, listing.files);
    for (const [index, file] of listing.files.entries()) {
      lines.push(`file ${contents[index] ?? ''} ${file.name}\0`);
    }
    if (lines.length === 0) return '';
    const hash = createHash('sha256');
    for (const line of lines) hash.update(line);
    return hash.digest('hex');
  }

  async loneFile(path: string): Promise<string> {
    const [content] = await this.#files(path, [{ name: '', path }]);
    return content ?? '';
  }

  /** Hashes of files from any folders. */
  async listed(paths: readonly string[]): Promise<readonly string[]> {
    const folders = new Map<string, number[]>();
    for (const [index, path] of paths.entries()) {
      const indices = folders.get(dirname(path));
      if (indices) indices.push(index);
      else folders.set(dirname(path), [index]);
    }
    const contents: string[] = [];
    for (const [folder, indices] of folders) {
      const files = indices.map((index) => ({ name: basename(paths[index]!), path: paths[index]! }));
      // A cache entry of its own: that of the whole folder would drop files that are not listed here, and vice versa.
      const found = await this.#files(`${folder}\0listed`, files);
      for (const [place, index] of indices.entries()) contents[index] = found[place] ?? '';
    }
    return contents;
  }

  assertAllRead(root: string): void {
    if (this.#unreadable.length === 0) return;
    const examples = shortList(this.#unreadable.map(({ path, reason }) => `${path} (${reason})`));
    throw new InputError(
      'DATASET_UNREADABLE',
      `${this.#unreadable.length} of the files and folders of the dataset ${root} cannot be read: ${examples}`,
      { hint: 'Check their permissions, repair broken links, or move them out of the dataset.' },
    );
  }

  async #files(place: string, files: readonly FolderEntry[]): Promise<readonly string[]> {
    const contents: string[] = [];
    const unknown: { readonly index: number; readonly file: FolderEntry; readonly identity: FileIdentity }[] = [];
    const cache = await HashCache.open(this.#cacheDir, place);
    for (const [index, file] of files.entries()) {
      if (index % YIELD_EVERY === YIELD_EVERY - 1) await setImmediate();
      try {
        const identity = statSync(file.path);
        const known = cache.get(file.name, identity);
        if (known === undefined) unknown.push({ index, file, identity });
        else contents[index] = known;
      } catch (error) {
        this.#unreadable.push({ path: file.path, reason: systemReason(error) });
      }
    }
    await inParallel(READERS, unknown.values(), async ({ index, file, identity }, lane) => {
      try {
        contents[index] = await hashFile(file.path, this.#buffers[lane]!);
        cache.set(file.name, identity, contents[index]);
      } catch (error) {
        this.#unreadable.push({ path: file.path, reason: systemReason(error) });
      }
    });
    await cache.save();
    return contents;
  }
}

async function hashFile(path: string, buffer: Buffer): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
