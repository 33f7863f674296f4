import { resolveDevices } from '../../executor/hosts/devices.js';
import { askModel } from './results-process.js';

export interface Predictions {
  readonly classNames: readonly string[];
  /** Whether an image can have several classes. */
  readonly isMultiLabel: boolean;
  /** In the order of the images. */
  readonly rows: readonly PredictedImage[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

export interface PredictedImage {
  /** As it was found. */
  readonly path: string;
  /** One for each class; `undefined` where the image cannot be read. */
  readonly probabilities: Float32Array | undefined;
}

/** Predicts the classes of image files, on a GPU where there is one. Throws as `askModel` does. */
export async function predictAll(request: {
  readonly checkpoint: string;
  readonly images: readonly string[];
  readonly variants: number;
}): Promise<Predictions> {
  const [device] = await resolveDevices(['auto'], process.env);
  const { images } = request;
  const rows: PredictedImage[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  let model = { classNames: [] as readonly string[], isMultiLabel: false };
  const show = process.stderr.isTTY;
  await askModel({ type: 'predict', ...request }, device!, (reply) => {
    if (reply.type === 'model') model = { classNames: reply.classNames, isMultiLabel: reply.isMultiLabel };
    if (reply.type !== 'prediction') return;
    const path = images[reply.index]!;
    if ('reason' in reply) unreadable.push({ path, reason: reply.reason });
    rows.push({ path, probabilities: 'probabilities' in reply ? reply.probabilities : undefined });
    if (show)
      process.stderr.write(rows.length < images.length ? `\r${rows.length} of ${images.length} images` : '\r\x1b[K');
  });
  return { ...model, rows, unreadable };
}
