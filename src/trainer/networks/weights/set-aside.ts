import type { InputScaling } from '../families/plan.js';
import { elements, type StoredTensor, type WeightFile } from './formats/weight-file.js';

/** Arrays that files hold beside a model's weights, and what they are. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/^optimizer(_weights)?\//, 'state of the optimizer'],
  [/(^|\.)num_batches_tracked$/, 'counts of batches'],
  [/(^|\/|#)normalization(_\d+)?\/(mean|variance|count)$/, 'statistics of the input'],
  [/(^|\/)(seed_generator(_state)?|seed)(\/|$)|seed_generator_state$/, 'seeds of random numbers'],
];

export interface SortedTensors {
  /** What weights may be among. */
  readonly weights: ReadonlyMap<string, StoredTensor>;
  /** How many arrays of each known other kind there are. */
  readonly aside: ReadonlyMap<string, number>;
}

/** Parts a file's weights from what else is known to lie in such files. */
export function setAside({ tensors }: WeightFile): SortedTensors {
  const weights = new Map<string, StoredTensor>();
  const aside = new Map<string, number>();
  for (const [name, tensor] of tensors) {
    const kind = KNOWN.find(([pattern]) => pattern.test(name))?.[1];
    if (kind === undefined) weights.set(name, tensor);
    else aside.set(kind, (aside.get(kind) ?? 0) + 1);
  }
  return { weights, aside };
}

/**
 * What a Keras model's own `Normalization` layer does to pixels, where the file has one: they are divided by 255 before.
 * The published EfficientNets hold ImageNet's deviations for the variances, and divide by their root once more elsewhere.
 */
export function normalizationScaling({ tensors }: WeightFile): InputScaling | undefined {
  const find = (statistic: string) =>
    [...tensors].find(([name]) => new RegExp(`(^|/|#)normalization(_\\d+)?/${statistic}$`).test(name))?.[1];
  const [mean, variance] = [find('mean'), find('variance')];
  if (!mean || !variance || elements(mean.shape) !== 3 || elements(variance.shape) !== 3) return undefined;
  const [means, variances] = [mean.read(), variance.read()];
  const published = DEVIATION.every((deviation, channel) => Math.abs(variances[channel]! - deviation) < 1e-3);
  const scale = (channel: number) => 1 / (255 * (published ? variances[channel]! : Math.sqrt(variances[channel]!)));
  const offset = (channel: number) => -means[channel]! * 255 * scale(channel);
  return {
    channels: 'rgb',
    scale: [scale(0), scale(1), scale(2)],
    offset: [offset(0), offset(1), offset(2)],
  };
}

const DEVIATION = [0.229, 0.224, 0.225];

/** Whether two scalings give the same to within what a pixel can tell. */
export function sameScaling(a: InputScaling, b: InputScaling): boolean {
  const close = (x: number, y: number) => Math.abs(x - y) <= 1e-4 * Math.max(Math.abs(x), Math.abs(y));
  return (
    a.channels === b.channels &&
    a.scale.every((value, channel) => close(value, b.scale[channel]!)) &&
    a.offset.every((value, channel) => close(value, b.offset[channel]!))
  );
}
