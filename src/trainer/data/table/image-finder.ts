import { basename, dirname, extname, resolve } from 'node:path';
import { isImageName } from '../datasets/class-folders.js';
import { listFolder } from '../datasets/list-folder.js';

/** Finds the files that a table names. Each folder is listed once, which is much quicker than asking for every file. */
export class ImageFinder {
  readonly #root: string;
  readonly #folders = new Map<string, Promise<Folder>>();

  /** `root` is the folder where relative paths start. */
  constructor(root: string) {
    this.#root = root;
  }

  /** The absolute path of a file; of a name without ending that of the image of this name. Otherwise why there is none. */
  async find(written: string): Promise<{ readonly path: string } | { readonly reason: string }> {
    const wanted = resolve(this.#root, written.replaceAll('\\', '/'));
    const { files, stems } = await this.#list(dirname(wanted));
    const name = basename(wanted).normalize('NFC');
    const path = files.get(name);
    if (path !== undefined) return { path };
    const candidates = stems.get(name) ?? [];
    if (candidates.length === 1) return { path: files.get(candidates[0]!)! };
    return { reason: candidates.length === 0 ? 'not there' : `may be ${candidates.join(' or ')}` };
  }

  #list(folder: string): Promise<Folder> {
    let listed = this.#folders.get(folder);
    if (!listed) this.#folders.set(folder, (listed = readNames(folder)));
    return listed;
  }
}

interface Folder {
  /** Path by name. */
  readonly files: ReadonlyMap<string, string>;
  /** Names of the images by name without ending. */
  readonly stems: ReadonlyMap<string, readonly string[]>;
}

async function readNames(folder: string): Promise<Folder> {
  const { files } = await listFolder(folder);
  const stems = new Map<string, string[]>();
  for (const { name } of files.filter((file) => isImageName(file.name))) {
    const stem = name.slice(0, -extname(name).length);
    const names = stems.get(stem);
    if (names) names.push(name);
    else stems.set(stem, [name]);
  }
  return { files: new Map(files.map(({ name, path }) => [name, path])), stems };
}
