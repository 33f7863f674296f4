import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface FolderEntry {
  /** As it counts for content and order: Unicode NFC, so that a copy made on another system is the same dataset. */
  readonly name: string;
  /** As the file system spells it. */
  readonly path: string;
}

/** What one folder holds that may be data, sorted by code point. */
export interface FolderListing {
  readonly path: string;
  readonly files: readonly FolderEntry[];
  readonly folders: readonly FolderEntry[];
  /** Links to nothing and folders that this user may not open, with the system's reason. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** Identities of this folder and those above it, by which a link that leads back up is known. */
  readonly lineage: readonly string[];
}

/**
 * Lists a folder, links followed. Left out: dot files, what operating systems leave behind (`Thumbs.db`, `desktop.ini`,
 * `__MACOSX`), sockets and devices. A folder that is its own ancestor through a link lists as empty, so a walk ends.
 * Never throws for what lies on disk: a folder that cannot be opened says so in `unreadable`.
 */
export async function listFolder(path: string, parent?: FolderListing): Promise<FolderListing> {
  const files: FolderEntry[] = [];
  const folders: FolderEntry[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  const lineage = [...(parent?.lineage ?? [])];
  const listing = { path, files, folders, unreadable, lineage };
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    const identity = `${dev}:${ino}`;
    if (lineage.includes(identity)) return listing;
    lineage.push(identity);
    for (const entry of await readdir(path, { withFileTypes: true })) {
      if (isHidden(entry.name)) continue;
      const found = { name: entry.name.normalize('NFC'), path: join(path, entry.name) };
      // Some file systems name no type here; a link has to be followed anyway.
      const typed =
        entry.isFile() || entry.isDirectory() ? entry : await stat(found.path).catch(noteTo(unreadable, found));
      if (typed?.isFile()) files.push(found);
      else if (typed?.isDirectory()) folders.push(found);
    }
  } catch (error) {
    unreadable.push({ path, reason: systemReason(error) });
  }
  files.sort(byName);
  folders.sort(byName);
  return listing;
}

/** Every file below a folder, depth first, with `name` the path relative to the first folder, parts joined by `/`. */
export async function* walkFiles(listing: FolderListing, prefix = ''): AsyncGenerator<FolderEntry> {
  for (const file of listing.files) yield { name: prefix + file.name, path: file.path };
  for (const folder of listing.folders) {
    yield* walkFiles(await listFolder(folder.path, listing), `${prefix}${folder.name}/`);
  }
}

/** Order by Unicode code point: the same on every machine, whatever its locale. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    // Surrogates (0xD800 to 0xDFFF) stand for code points above every other unit.
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** What the operating system says is wrong, without the call and the path that Node adds. */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return /^E[A-Z0-9]+: ([^,]+),/.exec(error.message)?.[1] ?? error.message;
}

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
