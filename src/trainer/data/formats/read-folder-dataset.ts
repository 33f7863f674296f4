import { InputError } from '../../../core/errors.js';
import { holdsClasses, readClassFolders, type ClassFolder, type ClassFolders } from './class-folders.js';
import { decodeImage } from '../images/decode-image.js';
import { shortList } from '../files/name-lists.js';
import { fileOriginal, type ImageSource } from './image-source.js';
import { listFolder, type FolderListing } from '../files/list-folder.js';

/** In order of preference. */
const HELD_OUT_NAMES = ['val', 'valid', 'validation', 'test'];

/**
 * One folder per class, its name the class's name, with JPEG, PNG and WebP files (by extension) at any depth below it.
 *
 * A folder `train` beside one of `val`, `valid`, `validation`, `test` (any case; the first in this order) is a ready split,
 * if in both every image lies in a class folder. `undefined` where no subfolder holds an image.
 *
 * Throws InputError: DATASET_EMPTY_CLASS, since one class more makes another model and other metrics, and nobody reads a
 * warning before a hundred trials; DATASET_ONE_CLASS; DATASET_SPLIT_MISMATCH where a class is in validation only;
 * DATASET_UNCLEAR_SPLIT where `train` looks like a part and its companion does not.
 */
export async function readFolderDataset(
  root: FolderListing,
  warn: (message: string) => void,
): Promise<ImageSource | undefined> {
  const split = await findReadySplit(root, warn);
  const train = split?.train ?? (await readClassFolders(root));
  if (train.classes.every(({ images }) => images.length === 0)) return undefined;
  requireClasses(train);
  warnOfLeftOut(train, warn);
  if (!split) return toSource(train.classes);
  return toSource(train.classes, matchClasses(split.validation, train, warn));
}

interface ReadySplit {
  readonly train: ClassFolders;
  readonly validation: ClassFolders;
}

async function findReadySplit(root: FolderListing, warn: (message: string) => void): Promise<ReadySplit | undefined> {
  const read = async (wanted: string): Promise<ClassFolders | undefined> => {
    const folder = root.folders.find(({ name }) => name.toLowerCase() === wanted);
    return folder && readClassFolders(await listFolder(folder.path, root));
  };
  const train = await read('train');
  if (!train || !holdsClasses(train)) return undefined;
  let unclear: ClassFolders | undefined;
  for (const name of HELD_OUT_NAMES) {
    const validation = await read(name);
    if (!validation) continue;
    if (!holdsClasses(validation)) {
      unclear ??= validation;
      continue;
    }
    const others = root.folders.filter(({ path }) => path !== train.path && path !== validation.path);
    if (others.length > 0)
      warn(`${root.path} comes split into train and ${name}; ${shortList(namesOf(others))} left out`);
    return { train, validation };
  }
  if (!unclear) return undefined;
  throw new InputError(
    'DATASET_UNCLEAR_SPLIT',
    `${train.path} holds a folder per class, but ${unclear.path} beside it does not: neither a ready split nor two classes`,
    {
      hint: `Name ${train.path} as the dataset to have it split, or sort the images of ${unclear.path} into class folders.`,
    },
  );
}

function requireClasses({ path, classes }: ClassFolders): void {
  const empty = classes.filter(({ images }) => images.length === 0);
  if (empty.length > 0) {
    throw new InputError(
      'DATASET_EMPTY_CLASS',
      `no image (JPEG, PNG or WebP) in ${shortList(empty.map((folder) => folder.path))}`,
      {
        hint: `Every folder in ${path} is a class. Remove what is left over, or fill it.`,
      },
    );
  }
  const [only] = classes;
  if (classes.length > 1 || !only) return;
  const inner = new Set(only.images.map(({ name }) => name.split('/')[0]!));
  const isOneTooHigh = only.images.every(({ name }) => name.includes('/')) && inner.size > 1;
  throw new InputError('DATASET_ONE_CLASS', `${path} has one class folder only, "${only.name}"`, {
    hint: isOneTooHigh
      ? `The classes seem to lie one level below: use ${only.path} as the dataset.`
      : 'There is nothing to tell apart. A dataset has one folder per class, at least two.',
  });
}

/** The validation images in the order of the training classes. */
function matchClasses(
  validation: ClassFolders,
  train: ClassFolders,
  warn: (message: string) => void,
): readonly ClassFolder[] {
  const known = new Set(train.classes.map(({ name }) => name));
  const unknown = validation.classes.filter(({ name, images }) => images.length > 0 && !known.has(name));
  if (unknown.length > 0) {
    throw new InputError(
      'DATASET_SPLIT_MISMATCH',
      `${validation.path} has classes that ${train.path} lacks: ${shortList(namesOf(unknown))}`,
      {
        hint: 'A class must have training images, in a folder of exactly the same name. Rename or remove what differs.',
      },
    );
  }
  const given = new Map(validation.classes.map((folder) => [folder.name, folder]));
  const classes = train.classes.map(({ name }) => given.get(name) ?? { name, path: '', images: [] });
  const missing = classes.filter(({ images }) => images.length === 0);
  if (missing.length > 0)
    warn(`${validation.path} has no image of ${shortList(namesOf(missing))}: nothing is known about them`);
  warnOfLeftOut(validation, warn);
  return classes;
}

function warnOfLeftOut({ path, strayImages, otherPictures }: ClassFolders, warn: (message: string) => void): void {
  if (strayImages > 0) warn(`${path} holds images that are in no class folder, left out: ${strayImages}`);
  if (otherPictures.size === 0) return;
  const counts = [...otherPictures].map(([extension, count]) => `${count} ${extension}`).join(', ');
  warn(`${path} holds pictures in formats that are not read, left out: ${counts}. Convert them to PNG, JPEG or WebP`);
}

function toSource(train: readonly ClassFolder[], validation?: readonly ClassFolder[]): ImageSource {
  const labelled = [...train, ...(validation ?? [])].flatMap(({ images }, index) =>
    images.map(({ path }) => ({ path, label: index % train.length })),
  );
  return {
    classNames: train.map(({ name }) => name),
    labels: Int32Array.from(labelled, ({ label }) => label),
    ...(validation && { trainCount: train.reduce((sum, { images }) => sum + images.length, 0) }),
    nameOf: (index) => labelled[index]!.path,
    decoder: (size) => (index) => decodeImage(labelled[index]!.path, size),
    original: (index) => fileOriginal(labelled[index]!.path),
    close: () => undefined,
  };
}

const namesOf = (folders: readonly { readonly name: string }[]): string[] => folders.map(({ name }) => name);
