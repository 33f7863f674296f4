import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ImageFinder } from './image-finder.js';
import { rowProblem, type Rows } from './row-problem.js';
import type { Table } from './table.js';

/**
 * The absolute path of every row's image. Throws InputError DATASET_IMAGES_MISSING, with the first rows whose image is not
 * there, and DATASET_TABLE_INVALID.
 */
export async function findImages(table: Table, column: string, imageRoot: string | undefined): Promise<string[]> {
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
  throw rowProblem(table, 'DATASET_IMAGES_MISSING', problems, `name in "${column}" no image that can be used`, hint);
}

/** Images often lie in a folder beside the table that the table does not speak of. */
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
        return `The images seem to lie in ${join(root, name)}: set image_root: ${join(imageRoot ?? '.', name)}`;
      }
    }
  }
  return `Paths start at ${root}; image_root says where else. Bring the missing images, or take their rows out.`;
}
