import type { InputScaling } from '../../families/plan.js';
import { isRecord } from '../formats/json-values.js';
import { elements, type WeightFile } from '../formats/weight-file.js';

/**
 * Scaling of a Keras model's own `Normalization` layer, which follows a division by 255. `undefined` if the file has none.
 * In the published EfficientNets the layer holds ImageNet's standard deviations in place of the variances (their square root
 * is divided out in another layer), so these are taken as deviations.
 */
export function normalizationScaling({ tensors }: WeightFile): InputScaling | undefined {
  const find = (statistic: string) =>
    [...tensors].find(([name]) => new RegExp(`(^|/|#)normalization(_\\d+)?/${statistic}$`).test(name))?.[1];
  const [mean, variance] = [find('mean'), find('variance')];
  if (!mean || !variance || elements(mean.shape) !== 3 || elements(variance.shape) !== 3) return undefined;
  const [means, variances] = [mean.read(), variance.read()];
  const areDeviations = IMAGENET_DEVIATION.every(
    (deviation, channel) => Math.abs(variances[channel]! - deviation) < 1e-3,
  );
  const scale = (channel: number) => 1 / (255 * (areDeviations ? variances[channel]! : Math.sqrt(variances[channel]!)));
  const offset = (channel: number) => -means[channel]! * 255 * scale(channel);
  return {
    channels: 'rgb',
    scale: [scale(0), scale(1), scale(2)],
    offset: [offset(0), offset(1), offset(2)],
  };
}

const IMAGENET_DEVIATION = [0.229, 0.224, 0.225];

/**
 * The scaling `(pixel / 255 - mean) / deviation` of `mean` and `std` in timm's `config.json`; `undefined` if they are not
 * that.
 */
export function standardScaling(mean: unknown, deviation: unknown): InputScaling | undefined {
  if (!isThree(mean) || !isThree(deviation) || deviation.includes(0)) return undefined;
  const scale = (channel: 0 | 1 | 2) => 1 / (255 * deviation[channel]);
  const offset = (channel: 0 | 1 | 2) => -mean[channel] / deviation[channel];
  return { channels: 'rgb', scale: [scale(0), scale(1), scale(2)], offset: [offset(0), offset(1), offset(2)] };
}

/** Whether two scalings agree to a relative difference of 1e-4, less than 8-bit pixels can show. */
export function sameScaling(a: InputScaling, b: InputScaling): boolean {
  const close = (x: number, y: number) => Math.abs(x - y) <= 1e-4 * Math.max(Math.abs(x), Math.abs(y));
  return (
    a.channels === b.channels &&
    a.scale.every((value, channel) => close(value, b.scale[channel]!)) &&
    a.offset.every((value, channel) => close(value, b.offset[channel]!))
  );
}

/** `(pixel / 255 - mean) / std with mean 0.485, 0.456, 0.406 and std 0.229, 0.224, 0.225`, for messages. */
export function describeScaling({ channels, scale, offset }: InputScaling): string {
  const list = (numbers: readonly number[]) => numbers.map((number) => Number(number.toPrecision(3))).join(', ');
  const deviation = scale.map((value) => 1 / (255 * value));
  const mean = offset.map((value, channel) => -value * deviation[channel]!);
  const order = channels === 'bgr' ? ', blue channel first' : '';
  return `(pixel / 255 - mean) / std with mean ${list(mean)} and std ${list(deviation)}${order}`;
}

/** What the user should know of a file of weights that does not tell its scaling of pixels. */
export function scalingWarning(weights: string, assumedScaling: string): string {
  return (
    `the weights "${weights}" do not tell how pixels were scaled in training; assumed ${assumedScaling}. A wrong scaling ` +
    'costs accuracy: put timm’s config.json of the model into the folder of the file (and import the file again)'
  );
}

export function isScaling(value: unknown): value is InputScaling {
  if (!isRecord(value)) return false;
  const { channels, scale, offset } = value;
  return (channels === 'rgb' || channels === 'bgr') && isThree(scale) && isThree(offset);
}

const isThree = (value: unknown): value is readonly [number, number, number] =>
  Array.isArray(value) && value.length === 3 && value.every((number) => typeof number === 'number');
