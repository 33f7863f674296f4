import { formatCounted } from '../../../core/format.js';
import { InputError } from '../../../core/errors.js';
import { createGreyResizer } from '../images/grey-resizer.js';
import { invalidIdx, openIdxFile, type IdxFile } from './idx-file.js';
import type { ImageSource } from './image-source.js';
import type { FolderListing } from '../files/list-folder.js';

/** Expected names of idx files, for messages. */
export const IDX_NAMES =
  'train-images-idx3-ubyte and train-labels-idx1-ubyte, with t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte for validation ' +
  '(a dot before "idx" and .gz at the end are fine)';

/**
 * Reads MNIST-style idx files: `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`. With the `t10k-` pair the dataset
 * comes split; without it a share of the training images is held out. A dot before `idx` (`train-images.idx3-ubyte`) and
 * `.gz` are accepted. Classes are the labels of the training images, in numeric order.
 *
 * @returns `undefined` if the folder has no such file
 * @throws InputError DATASET_IDX_INVALID (image files are checked when their first image is read), DATASET_INCOMPLETE if a
 *   file of a pair is missing, DATASET_ONE_CLASS, DATASET_SPLIT_MISMATCH if only validation images have a label
 */
export function readIdxDataset(folder: FolderListing): ImageSource | undefined {
  const found = new Map<string, string>();
  for (const { name, path } of folder.files) {
    const [, part, kind] = PATTERN.exec(name) ?? [];
    // A plain file sorts before its .gz copy and takes precedence.
    if (part && kind && !found.has(`${part}-${kind}`)) found.set(`${part}-${kind}`, path);
  }
  if (found.size === 0) return undefined;
  const train = openPart(folder.path, 'train', found);
  const isSplit = found.has('t10k-images') || found.has('t10k-labels');
  const parts = isSplit ? [train, openPart(folder.path, 't10k', found)] : [train];
  return combine(parts);
}

const PATTERN = /^(train|t10k)-(images|labels)[-.]idx[13]-ubyte(?:\.gz)?$/;

interface Part {
  readonly imagesPath: string;
  readonly labelsPath: string;
  readonly labels: Uint8Array;
}

function openPart(folder: string, part: 'train' | 't10k', found: ReadonlyMap<string, string>): Part {
  const [imagesPath, labelsPath] = [found.get(`${part}-images`), found.get(`${part}-labels`)];
  if (!imagesPath || !labelsPath) {
    const missing = imagesPath ? `${part}-labels-idx1-ubyte` : `${part}-images-idx3-ubyte`;
    throw new InputError('DATASET_INCOMPLETE', `${folder} holds idx files but no ${missing}`, {
      hint: `A file of images needs its file of labels. Expected: ${IDX_NAMES}.`,
    });
  }
  const file = openIdxFile(labelsPath, 1);
  const labels = new Uint8Array(file.dimensions[0]!);
  file.read(0, labels);
  file.close();
  return { imagesPath, labelsPath, labels };
}

function combine(parts: readonly Part[]): ImageSource {
  const [train, validation] = parts;
  const values = [...new Set(train!.labels)].sort((a, b) => a - b);
  if (values.length < 2) {
    const what = values.length === 0 ? 'no label at all' : `only one label, ${values[0]!}`;
    throw new InputError('DATASET_ONE_CLASS', `${train!.labelsPath} holds ${what}`, {
      hint: 'A dataset needs at least two classes.',
    });
  }
  const classOf = new Map(values.map((value, index) => [value, index]));
  const strange = validation?.labels.findIndex((value) => !classOf.has(value)) ?? -1;
  if (strange >= 0) {
    const message = `${validation!.labelsPath} has the label ${validation!.labels[strange]!} at byte ${8 + strange}, but no training image has this label`;
    throw new InputError('DATASET_SPLIT_MISMATCH', message, {
      hint: 'A class must have training images. Check that both pairs of files belong to the same dataset.',
    });
  }
  const labels = Int32Array.from(parts.flatMap((part) => Array.from(part.labels, (value) => classOf.get(value)!)));
  const place = (index: number): { readonly part: number; readonly row: number } =>
    index < train!.labels.length ? { part: 0, row: index } : { part: 1, row: index - train!.labels.length };
  const files: (IdxFile | undefined)[] = [];
  const read = (index: number): { readonly pixels: Uint8Array; readonly width: number; readonly height: number } => {
    const { part, row } = place(index);
    const file = (files[part] ??= openImages(parts[part]!));
    const [, height, width] = file.dimensions as [number, number, number];
    const pixels = new Uint8Array(height * width);
    file.read(row * pixels.length, pixels);
    return { pixels, width, height };
  };
  return {
    classNames: values.map(String),
    labels,
    ...(validation && { trainCount: train!.labels.length }),
    nameOf: (index) => `image ${place(index).row} of ${parts[place(index).part]!.imagesPath}`,
    decoder: (size) => {
      const resizers: ((grey: Uint8Array) => Uint8Array)[] = [];
      return (index) => {
        const { pixels, width, height } = read(index);
        const resize = (resizers[place(index).part] ??= createGreyResizer(width, height, size));
        return Promise.resolve({ pixels: resize(pixels) });
      };
    },
    original: (index) => Promise.resolve({ kind: 'grey', ...read(index) }),
    close: () => {
      for (const file of files.splice(0)) file?.close();
    },
  };
}

/** Opens the images of a part. Throws DATASET_IDX_INVALID unless there is one image per label. */
function openImages(part: Part): IdxFile {
  const file = openIdxFile(part.imagesPath, 3);
  const [count, height, width] = file.dimensions as [number, number, number];
  if (count === part.labels.length && height * width > 0) return file;
  file.close();
  if (height * width === 0) {
    throw invalidIdx(part.imagesPath, `holds images of ${height} x ${width} pixels (bytes 8 to 15), which are empty`);
  }
  const problem = `holds ${formatCounted(count, 'image')} (bytes 4 to 7), but ${part.labelsPath} holds ${formatCounted(part.labels.length, 'label')}`;
  throw invalidIdx(part.imagesPath, problem, 'Take the images and the labels from the same dataset.');
}
