import { systemReason } from '../../../platform/errno.js';
import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../../core/errors.js';

/** A file or folder in a folder. */
export interface FolderEntry {
  /**
   * In Unicode NFC, so that a copy made on another operating system is the same dataset. Used for sorting and
   * fingerprints.
   */
  readonly name: string;
  /** The path in the file system's own spelling. */
  readonly path: string;
}

/** Files and folders in a folder that may be data, sorted by code point. */
export interface FolderListing {
  readonly path: string;
  readonly files: readonly FolderEntry[];
  readonly folders: readonly FolderEntry[];
  /** Broken links and folders that cannot be opened, with the operating system's reason. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** Identities (device and inode) of this folder and its ancestors, to detect links that lead back to one of them. */
  readonly lineage: readonly string[];
  /** How often each folder was listed, shared by all listings of a walk. */
  readonly walk: { readonly visits: Map<string, number>; repeats: number };
}

/** A folder may be listed this often: for detecting the format, for reading it, and through links. */
const MAX_VISITS = 4;
/** Links can make the number of paths grow exponentially: a walk ends after this many visits beyond `MAX_VISITS`. */
const MAX_REPEATS = 5_000;

/** Types of Linux file systems (`statfs`) without stored data: proc, sysfs, cgroup2, debugfs, tracefs, securityfs. */
const VIRTUAL = new Set([0x9fa0, 0x62656572, 0x63677270, 0x64626720, 0x74726163, 0x73636673]);

/**
 * Lists a folder and follows links. Leaves out dot files, files that operating systems add (`Thumbs.db`, `desktop.ini`,
 * `__MACOSX`), sockets and devices. A link to one of its ancestors is listed as an empty folder. Folders
 * that cannot be read, and virtual file systems such as `/proc`, are in `unreadable`.
 *
 * @throws InputError DATASET_ENDLESS if links between folders lead to the same folders again and again
 */
export async function listFolder(path: string, parent?: FolderListing): Promise<FolderListing> {
  const files: FolderEntry[] = [];
  const folders: FolderEntry[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  const lineage = [...(parent?.lineage ?? [])];
  const walk = parent?.walk ?? { visits: new Map<string, number>(), repeats: 0 };
  const listing = { path, files, folders, unreadable, lineage, walk };
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    const identity = `${dev}:${ino}`;
    if (lineage.includes(identity)) return listing;
    lineage.push(identity);
    const visits = (walk.visits.get(identity) ?? 0) + 1;
    walk.visits.set(identity, visits);
    if (visits > MAX_VISITS && ++walk.repeats > MAX_REPEATS) throw endless(path);
    const isMountPoint = !parent?.lineage.at(-1)?.startsWith(`${dev}:`);
    if (isMountPoint && VIRTUAL.has((await statfs(path)).type)) {
      unreadable.push({ path, reason: 'virtual file system without stored files' });
      return listing;
    }
    for (const entry of await readdir(path, { withFileTypes: true })) {
      if (isHidden(entry.name)) continue;
      const found = { name: entry.name.normalize('NFC'), path: join(path, entry.name) };
      // Some file systems report no type here, and links must be followed.
      const typed =
        entry.isFile() || entry.isDirectory() ? entry : await stat(found.path).catch(noteTo(unreadable, found));
      if (typed?.isFile()) files.push(found);
      else if (typed?.isDirectory()) folders.push(found);
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    unreadable.push({ path, reason: systemReason(error) });
  }
  files.sort(byName);
  folders.sort(byName);
  return listing;
}

/** Yields every file below a folder, depth first. `name` is the path relative to the first folder, parts joined by `/`. */
export async function* walkFiles(listing: FolderListing, prefix = ''): AsyncGenerator<FolderEntry> {
  for (const file of listing.files) yield { name: prefix + file.name, path: file.path };
  for (const folder of listing.folders) {
    yield* walkFiles(await listFolder(folder.path, listing), `${prefix}${folder.name}/`);
  }
}

/** Compares by Unicode code point, which does not depend on the locale. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    // Surrogates (0xD800 to 0xDFFF) encode code points above all other code units.
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

const endless = (path: string): InputError =>
  new InputError('DATASET_ENDLESS', `links lead to the same folders thousands of times, last at ${path}`, {
    hint: 'Remove links between the folders of the dataset that lead to each other.',
  });

const HIDDEN = new Set(['thumbs.db', 'desktop.ini', '__macosx']);

const isHidden = (name: string): boolean => name.startsWith('.') || HIDDEN.has(name.toLowerCase());

const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

const byName = (a: FolderEntry, b: FolderEntry): number =>
  compareCodePoints(a.name, b.name) || compareCodePoints(a.path, b.path);

const noteTo =
  (unreadable: { path: string; reason: string }[], { path }: FolderEntry) =>
  (error: unknown): undefined => {
    unreadable.push({ path, reason: systemReason(error) });
  };
