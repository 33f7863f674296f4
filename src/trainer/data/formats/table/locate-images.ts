import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { listFolder } from '../../files/list-folder.js';
import { isImageName } from '../class-folders.js';
import { rowProblem, type Rows, type Table } from './table.js';

/**
 * Finds the absolute path of each row's image.
 *
 * @throws InputError DATASET_IMAGES_MISSING with the first rows whose image does not exist, DATASET_TABLE_INVALID
 */
export async function locateImages(table: Table, column: string, imageRoot: string | undefined): Promise<string[]> {
  const root = resolve(dirname(table.path), imageRoot ?? '.');
  const finder = new ImageFinder(root);
  const problems = new Map<number, string>();
  const cells = await table.column(column);
  const paths: string[] = [];
  for (const [row, cell] of cells.entries()) {
    const written = typeof cell === 'string' ? cell : cell.join(', ');
    const found = written === '' ? { reason: 'empty' } : await finder.find(written);
    if ('path' in found) paths.push(found.path);
    else problems.set(row, written === '' ? found.reason : `${written}: ${found.reason}`);
  }
  if (problems.size === 0) return paths;
  const hint = await hintFor(cells, problems, root, imageRoot);
  throw rowProblem(table, 'DATASET_IMAGES_MISSING', problems, `have no usable image in "${column}"`, hint);
}

/** Often the images are in a folder beside the table, which the paths in the table do not include. */
async function hintFor(
  cells: Awaited<ReturnType<Table['column']>>,
  problems: Rows,
  root: string,
  imageRoot: string | undefined,
): Promise<string> {
  const [first = 0] = problems.keys();
  const written = String(cells[first]);
  if (written !== '' && problems.size === cells.length) {
    const folders = (await readdir(root, { withFileTypes: true }).catch(() => [])).filter((entry) =>
      entry.isDirectory(),
    );
    for (const { name } of folders) {
      if ('path' in (await new ImageFinder(join(root, name)).find(written))) {
        return `The images seem to be in ${join(root, name)}: set image_root: ${join(imageRoot ?? '.', name)}`;
      }
    }
  }
  return `Paths are relative to ${root}; image_root sets another folder. Add the missing images, or remove their rows.`;
}

/** Finds the files that a table names. Lists each folder once, which is much faster than a `stat` per file. */
class ImageFinder {
  readonly #root: string;
  readonly #folders = new Map<string, Promise<Folder>>();

  /** @param root - folder that relative paths start from */
  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Returns the absolute path of a file, or of the only image with this name if the extension is missing; else the
   * reason.
   */
  async find(written: string): Promise<{ readonly path: string } | { readonly reason: string }> {
    const wanted = resolve(this.#root, written.replaceAll('\\', '/'));
    const { files, stems } = await this.#list(dirname(wanted));
    const name = basename(wanted).normalize('NFC');
    const path = files.get(name);
    if (path !== undefined) return { path };
    const candidates = stems.get(name) ?? [];
    if (candidates.length === 1) return { path: files.get(candidates[0]!)! };
    return { reason: candidates.length === 0 ? 'not found' : `can be ${candidates.join(' or ')}` };
  }

  #list(folder: string): Promise<Folder> {
    let listed = this.#folders.get(folder);
    if (!listed) this.#folders.set(folder, (listed = readNames(folder)));
    return listed;
  }
}

interface Folder {
  /** Paths by name. */
  readonly files: ReadonlyMap<string, string>;
  /** Names of images by their name without extension. */
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
