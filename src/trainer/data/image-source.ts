/** The images of a dataset as they lie there, before any is decoded. What a dataset format has to provide. */
export interface ImageSource {
  /** Sorted by code point (numbers by value). */
  readonly classNames: readonly string[];
  /** Class of every image. The order of images follows from the dataset's content alone, so that an index names an image. */
  readonly labels: Int32Array;
  /** Where the dataset comes split: images before this index train, those from it on validate. */
  readonly trainCount?: number;
  /** What a message calls an image: its path, or its place in a file. */
  nameOf(index: number): string;
  /** Decodes the image at an index to RGB bytes [size, size, 3] by the resize rule. Throws only where the dataset cannot be read. */
  decoder(size: number): (index: number) => Promise<Decoded>;
  close(): void;
}

/** An image's pixels, or why it has none. */
export type Decoded = { readonly pixels: Uint8Array } | { readonly reason: string };
