/** Largest number of test-time variants of an image: the image and five crops, each with its mirror image. */
export const MAX_VARIANTS = 12;

/** A model's predictions for image files. */
export interface Predictions {
  readonly classNames: readonly string[];
  /** Whether an image can have several classes. */
  readonly isMultiLabel: boolean;
  /** In the order of the images. */
  readonly rows: readonly PredictedImage[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

export interface PredictedImage {
  readonly path: string;
  /** One for each class; `undefined` if the image cannot be read. */
  readonly probabilities: Float32Array | undefined;
}
