import { readImageFile, type Decoded } from '../images/decode-image.js';
import type { LabelSets } from './label-sets.js';

/** The images of a dataset before decoding. Each dataset format implements this interface. */
export interface ImageSource {
  /** Sorted by code point; class names that are all integers are sorted by value. */
  readonly classNames: readonly string[];
  /**
   * Class of each image, an index into `classNames`; the rarest one if an image has several. The order of images depends only
   * on the dataset's content, so an index always identifies the same image.
   */
  readonly labels: Int32Array;
  /** If the dataset comes split: images before this index are for training, the rest for validation. */
  readonly trainCount?: number;
  /** All classes of each image, if an image can have several. */
  readonly labelSets?: LabelSets;
  /** Group of each image, if groups must stay in one part of the split. */
  readonly groups?: Int32Array;
  /** Settings that affect the order of images in addition to the dataset's content. Part of the cache's identity. */
  readonly order?: string;
  /** Name of an image in messages: its path, or its position in a file. */
  nameOf(index: number): string;
  /**
   * Returns a function that decodes an image by index to RGB bytes [size, size, 3]. It throws only if the dataset cannot
   * be read.
   */
  decoder(size: number): (index: number) => Promise<Decoded>;
  /** Reads an image without decoding it. Throws only if the dataset cannot be read. */
  original(index: number): Promise<Original>;
  close(): void;
}

/** The bytes of an image file, or grey pixels [height, width]. */
export type Original =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Buffer }
  | { readonly kind: 'grey'; readonly pixels: Uint8Array; readonly width: number; readonly height: number };

/** Reads the original of an image stored in a file of its own. Throws as `readImageFile`. */
export const fileOriginal = async (path: string): Promise<Original> => ({
  kind: 'file',
  path,
  bytes: await readImageFile(path),
});
