/** Input of a training or validation step. Valid until the next batch is requested. */
export interface Batch {
  /**
   * RGB, 0 to 255: [batchSize, imageSize, imageSize, 3]; or features, [batchSize, width], if `BatchShape.features` is
   * set.
   */
  readonly images: Float32Array;
  /** [batchSize]: class of each image; the rarest one if it has several, the one with the larger share if it is mixed. */
  readonly labels: Int32Array;
  /** [batchSize, classes]: target of each class, 0 to 1; 1 for the image's own classes if it is not mixed. */
  readonly targets: Float32Array;
  /** [batchSize]: 1 for an image, 0 for padding. */
  readonly weights: Float32Array;
  /** Number of images; the rest is padding (zeros, class 0). */
  readonly count: number;
}

/** Dimensions of a batch. */
export interface BatchShape {
  readonly batchSize: number;
  /** Edge in pixels. */
  readonly imageSize: number;
  readonly classes: number;
  /** Set if batches have precomputed features instead of images. */
  readonly features?: { readonly width: number } | undefined;
}

export type BatchBuffers = Omit<Batch, 'count'>;

/** Allocates buffers in shared memory. */
export function shareBuffers({ batchSize, imageSize, classes, features }: BatchShape): BatchBuffers {
  const shared = (values: number): SharedArrayBuffer => new SharedArrayBuffer(4 * values);
  return {
    images: new Float32Array(shared(batchSize * (features?.width ?? imageSize * imageSize * 3))),
    labels: new Int32Array(shared(batchSize)),
    targets: new Float32Array(shared(batchSize * classes)),
    weights: new Float32Array(shared(batchSize)),
  };
}
