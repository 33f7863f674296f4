import { extname } from 'node:path';
import { listFolder, walkFiles, type FolderEntry, type FolderListing } from '../files/list-folder.js';

/** A folder named after a class. All images below it, at any depth, belong to the class. */
export interface ClassFolder {
  readonly name: string;
  readonly path: string;
  readonly images: readonly FolderEntry[];
}

/** A folder that contains class folders: a dataset, or its training or validation part. */
export interface ClassFolders {
  readonly path: string;
  /** Sorted by name (code points). A class may have no images. */
  readonly classes: readonly ClassFolder[];
  /** Number of images beside the class folders, which belong to no class. */
  readonly strayImages: number;
  /** Number of images in unsupported formats, by extension. */
  readonly otherPictures: ReadonlyMap<string, number>;
}

/** Lists the class folders of a folder, with their images. */
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

/** Whether the folder looks like a training or validation part: it has classes with images, and no image outside of them. */
export const holdsClasses = ({ classes, strayImages }: ClassFolders): boolean =>
  strayImages === 0 && classes.some(({ images }) => images.length > 0);

/** Extensions of files that are taken as images. The decoder then detects the format from the content. */
const IMAGES = new Set(['.jpg', '.jpeg', '.jfif', '.png', '.webp']);
const OTHER_PICTURES = new Set(['.gif', '.bmp', '.tif', '.tiff', '.heic', '.heif', '.avif', '.jp2', '.svg']);

/** Whether a file counts as an image, by its extension. */
export const isImageName = (name: string): boolean => IMAGES.has(extname(name).toLowerCase());

const isImage = ({ name }: FolderEntry): boolean => isImageName(name);
