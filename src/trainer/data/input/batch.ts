/** Some images as a step takes them. Valid until the next one is asked for. */
export interface Batch {
  /** RGB, 0 to 255: [batchSize, imageSize, imageSize, 3]. In their place, where the shape says so, features: [batchSize, width]. */
  readonly images: Float32Array;
  /** [batchSize]: the class of each image; of several the rarest, of a mixture that with the larger share. */
  readonly labels: Int32Array;
  /** [batchSize, classes]: how much of each class is in an image; 1 for its own where nothing is mixed. */
  readonly targets: Float32Array;
  /** [batchSize]: 1 for an image, 0 for padding. */
  readonly weights: Float32Array;
  /** Images in it; what follows them is padding: black images of class 0. */
  readonly count: number;
}

export interface BatchShape {
  readonly batchSize: number;
  /** Edge in pixels. */
  readonly imageSize: number;
  readonly classes: number;
  /** What batches hold in the place of images, where it was computed before. */
  readonly features?: { readonly width: number } | undefined;
}

export type BatchBuffers = Omit<Batch, 'count'>;

/** Buffers in memory that threads share. */
export function shareBuffers({ batchSize, imageSize, classes, features }: BatchShape): BatchBuffers {
  const shared = (values: number): SharedArrayBuffer => new SharedArrayBuffer(4 * values);
  return {
    images: new Float32Array(shared(batchSize * (features?.width ?? imageSize * imageSize * 3))),
    labels: new Int32Array(shared(batchSize)),
    targets: new Float32Array(shared(batchSize * classes)),
    weights: new Float32Array(shared(batchSize)),
  };
}
