import { stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../core/errors.js';
import { isImageName } from '../data/formats/class-folders.js';
import { listFolder, walkFiles } from '../data/files/list-folder.js';

/**
 * Expands the arguments of a command to image paths, in their order and without repetition. A file stands for itself,
 * whatever its name; a folder for all JPEG, PNG and WebP files below it, sorted; a pattern (`*`, `?`, `[a-f]`, and `**`
 * for any folders) for its matches.
 *
 * @throws InputError IMAGES_NOT_FOUND if an argument gives no image
 */
export async function findImages(words: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const word of words) {
    const images = await imagesOf(word);
    if (images.length === 0) throw notFound(word);
    for (const image of images) found.add(image);
  }
  return [...found];
}

async function imagesOf(word: string): Promise<string[]> {
  const stats = await stat(word).catch(() => undefined);
  if (stats?.isFile()) return [path.normalize(word)];
  if (stats?.isDirectory()) return below(word, isImageName);
  if (!WILDCARD.test(word)) return [];
  const parts = path.normalize(word).split(path.sep);
  const first = parts.findIndex((part) => WILDCARD.test(part));
  const pattern = toExpression(parts.slice(first));
  return below(parts.slice(0, first).join(path.sep) || (path.isAbsolute(word) ? path.sep : '.'), (name) => pattern.test(name));
}

async function below(folder: string, isWanted: (name: string) => boolean): Promise<string[]> {
  const paths: string[] = [];
  for await (const file of walkFiles(await listFolder(folder))) if (isWanted(file.name)) paths.push(file.path);
  return paths;
}

const WILDCARD = /[*?]|\[[^\]]+\]/;

/** Compiles a pattern that matches names relative to a folder, parts joined by `/`. */
function toExpression(parts: readonly string[]): RegExp {
  const source = parts.map((part, index) => {
    const isLast = index === parts.length - 1;
    if (part === '**') return isLast ? '.*' : '(?:[^/]+/)*';
    const source = part.replaceAll(/(\[[^\]]+\])|(\*)|(\?)|([^\w-])/g, (all, set, star, one) => {
      if (set !== undefined) return all.replace('[!', '[^').replaceAll('\\', '\\\\');
      return star !== undefined ? '[^/]*' : one !== undefined ? '[^/]' : `\\${all}`;
    });
    return `${source}${isLast ? '' : '/'}`;
  });
  return new RegExp(`^${source.join('')}$`);
}

function notFound(word: string): InputError {
  return new InputError('IMAGES_NOT_FOUND', `no image found at ${word}`, {
    hint: 'Give image files, folders of JPEG, PNG or WebP images, or patterns such as "test/*.jpg".',
  });
}
