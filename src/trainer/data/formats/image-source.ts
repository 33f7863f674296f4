import { readImageFile, type Decoded } from '../images/decode-image.js';
import type { LabelSets } from './label-sets.js';

/** The images of a dataset as they lie there, before any is decoded. What a dataset format has to provide. */
export interface ImageSource {
  /** Sorted by code point (numbers by value). */
  readonly classNames: readonly string[];
  /**
   * Class of every image; of several the rarest. The order of images follows from the dataset's content alone, so that an index names an
   * image.
   */
  readonly labels: Int32Array;
  /** Where the dataset comes split: images before this index train, those from it on validate. */
  readonly trainCount?: number;
  /** All classes of every image, where it can have several. */
  readonly labelSets?: LabelSets;
  /** Group of every image, where some must stay together. */
  readonly groups?: Int32Array;
  /** What decides the order of the images, where the dataset's content alone does not. */
  readonly order?: string;
  /** What a message calls an image: its path, or its place in a file. */
  nameOf(index: number): string;
  /** Decodes the image at an index to RGB bytes [size, size, 3] by the resize rule. Throws only where the dataset cannot be read. */
  decoder(size: number): (index: number) => Promise<Decoded>;
  /** An image as it lies there. Throws only where the dataset cannot be read. */
  original(index: number): Promise<Original>;
  close(): void;
}

/** The bytes of an image file, or grey pixels [height, width]. */
export type Original =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Buffer }
  | { readonly kind: 'grey'; readonly pixels: Uint8Array; readonly width: number; readonly height: number };

/** The original of an image that is a file of its own. */
export const fileOriginal = async (path: string): Promise<Original> => ({
  kind: 'file',
  path,
  bytes: await readImageFile(path),
});
