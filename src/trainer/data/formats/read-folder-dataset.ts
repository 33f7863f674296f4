import { InputError } from '../../../core/errors.js';
import { holdsClasses, readClassFolders, type ClassFolder, type ClassFolders } from './class-folders.js';
import { decodeImage } from '../images/decode-image.js';
import { shortList } from '../files/name-lists.js';
import { fileOriginal, type ImageSource } from './image-source.js';
import { listFolder, type FolderListing } from '../files/list-folder.js';

/**
 * What to do about empty class folders, an unlabelled folder beside `train`, and classes with validation images only.
 * `strict`: throw; `lenient`: leave them out with a warning.
 */
export type Tolerance = 'strict' | 'lenient';

/** Names of validation folders, in order of preference. */
const HELD_OUT_NAMES = ['val', 'valid', 'validation', 'test'];

/**
 * Reads a dataset with one folder per class, named after the class, with JPEG, PNG and WebP files (by extension) at any
 * depth.
 *
 * The dataset comes split if it has a folder `train` and one of `val`, `valid`, `validation`, `test` (any case; the first
 * in this order), and in both every image is in a class folder.
 *
 * @returns `undefined` if no subfolder has an image
 * @throws InputError DATASET_EMPTY_CLASS (not a warning: an empty class changes the model and its metrics),
 *   DATASET_ONE_CLASS, DATASET_SPLIT_MISMATCH if only validation images have a class, DATASET_UNCLEAR_SPLIT if `train`
 *   has class folders but the folder beside it does not
 */
export async function readFolderDataset(
  root: FolderListing,
  warn: (message: string) => void,
  tolerance: Tolerance,
): Promise<ImageSource | undefined> {
  // An error that lenient reading only reports; the caller then leaves out the part that caused it.
  const report = (error: InputError): void => {
    if (tolerance === 'strict') throw error;
    warn(`${error.message}. Left out here; a trial would fail`);
  };
  const split = await findReadySplit(root, warn, report);
  const found = split?.train ?? (await readClassFolders(root));
  const filled = found.classes.filter(({ images }) => images.length > 0);
  if (filled.length === 0) return undefined;
  if (filled.length < found.classes.length) report(emptyClasses(found));
  const train = { ...found, classes: filled };
  requireTwoClasses(train);
  warnOfLeftOut(train, warn);
  if (!split?.validation) return toSource(train.classes);
  return toSource(train.classes, matchClasses(split.validation, train, warn, report));
}

interface ReadySplit {
  readonly train: ClassFolders;
  /** `undefined`: left out, so the training part is split. */
  readonly validation: ClassFolders | undefined;
}

async function findReadySplit(
  root: FolderListing,
  warn: (message: string) => void,
  report: (error: InputError) => void,
): Promise<ReadySplit | undefined> {
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
  const error = new InputError(
    'DATASET_UNCLEAR_SPLIT',
    `${train.path} has a folder per class, but ${unclear.path} beside it does not, so the split is unclear`,
    {
      hint: `Set the dataset to ${train.path}, which is then split by validation_split, or sort the images of ${unclear.path} into class folders.`,
    },
  );
  report(error);
  return { train, validation: undefined };
}

function emptyClasses({ path, classes }: ClassFolders): InputError {
  const empty = classes.filter(({ images }) => images.length === 0);
  return new InputError(
    'DATASET_EMPTY_CLASS',
    `no image (JPEG, PNG or WebP) in ${shortList(empty.map((folder) => folder.path))}`,
    { hint: `Every folder in ${path} is a class. Remove folders that are not, or add images to them.` },
  );
}

function requireTwoClasses({ path, classes }: ClassFolders): void {
  const [only] = classes;
  if (classes.length > 1 || !only) return;
  const inner = new Set(only.images.map(({ name }) => name.split('/')[0]!));
  const isOneTooHigh = only.images.every(({ name }) => name.includes('/')) && inner.size > 1;
  throw new InputError('DATASET_ONE_CLASS', `${path} has only one class folder, "${only.name}"`, {
    hint: isOneTooHigh
      ? `The classes seem to lie one level below: use ${only.path} as the dataset.`
      : 'A dataset needs at least two classes, each in a folder of its own.',
  });
}

/** The validation images in the order of the training classes. */
function matchClasses(
  validation: ClassFolders,
  train: ClassFolders,
  warn: (message: string) => void,
  report: (error: InputError) => void,
): readonly ClassFolder[] {
  const known = new Set(train.classes.map(({ name }) => name));
  const unknown = validation.classes.filter(({ name, images }) => images.length > 0 && !known.has(name));
  if (unknown.length > 0) {
    const error = new InputError(
      'DATASET_SPLIT_MISMATCH',
      `${validation.path} has classes that ${train.path} lacks: ${shortList(namesOf(unknown))}`,
      {
        hint: 'Every class needs training images, in a folder of exactly the same name. Rename or remove the folders that differ.',
      },
    );
    report(error);
  }
  const given = new Map(validation.classes.map((folder) => [folder.name, folder]));
  const classes = train.classes.map(({ name }) => given.get(name) ?? { name, path: '', images: [] });
  const missing = classes.filter(({ images }) => images.length === 0);
  if (missing.length > 0)
    warn(`${validation.path} has no image of ${shortList(namesOf(missing))}: metrics cannot cover these classes`);
  warnOfLeftOut(validation, warn);
  return classes;
}

function warnOfLeftOut({ path, strayImages, otherPictures }: ClassFolders, warn: (message: string) => void): void {
  if (strayImages > 0) warn(`${path} has images outside of class folders, which are left out: ${strayImages}`);
  if (otherPictures.size === 0) return;
  const counts = [...otherPictures].map(([extension, count]) => `${count} ${extension}`).join(', ');
  warn(`${path} has images in unsupported formats, which are left out: ${counts}. Convert them to PNG, JPEG or WebP`);
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
