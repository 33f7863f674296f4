import { extname } from 'node:path';
import { listFolder, walkFiles, type FolderEntry, type FolderListing } from '../files/list-folder.js';

/** A folder whose name is a class and whose images, however deep below it, belong to that class. */
export interface ClassFolder {
  readonly name: string;
  readonly path: string;
  readonly images: readonly FolderEntry[];
}

/** A folder of class folders: a whole dataset, or its training or validation part. */
export interface ClassFolders {
  readonly path: string;
  /** Sorted by code point of their names; some may hold no image. */
  readonly classes: readonly ClassFolder[];
  /** Images that lie beside the class folders, in no class. */
  readonly strayImages: number;
  /** Pictures in formats that are not read, by extension. */
  readonly otherPictures: ReadonlyMap<string, number>;
}

export async function readClassFolders(listing: FolderListing): Promise<ClassFolders> {
  const otherPictures = new Map<string, number>();
  const classes: ClassFolder[] = [];
  for (const { name, path } of listing.folders) {
    const images: FolderEntry[] = [];
    for await (const file of walkFiles(await listFolder(path, listing))) {
      const extension = extname(file.name).toLowerCase();
      if (isImage(file)) images.push(file);
      else if (OTHER_PICTURES.has(extension)) otherPictures.set(extension, (otherPictures.get(extension) ?? 0) + 1);
    }
    classes.push({ name, path, images });
  }
  return { path: listing.path, classes, strayImages: listing.files.filter(isImage).length, otherPictures };
}

/** Whether this is what a training or validation part looks like: classes with images, and no image outside of one. */
export const holdsClasses = ({ classes, strayImages }: ClassFolders): boolean =>
  strayImages === 0 && classes.some(({ images }) => images.length > 0);

/** Decoding goes by content; the extension decides what is meant to be an image at all. */
const IMAGES = new Set(['.jpg', '.jpeg', '.jfif', '.png', '.webp']);
const OTHER_PICTURES = new Set(['.gif', '.bmp', '.tif', '.tiff', '.heic', '.heif', '.avif', '.jp2', '.svg']);

/** Whether a file is meant to be an image, by its name. */
export const isImageName = (name: string): boolean => IMAGES.has(extname(name).toLowerCase());

const isImage = ({ name }: FolderEntry): boolean => isImageName(name);
