import { InputError } from '../core/errors.js';
import type { ParameterSchema } from '../core/manifest.js';
import type { Params, ParamValue } from '../core/parameters.js';
import { imageClassifier } from './manifest.js';
import { planEfficientNet, type EfficientNet } from './models/efficientnet-plan.js';

/** The image classifier's parameters with every default in its place; what each means is said in the manifest. */
export interface ClassifierSettings {
  readonly backbone: EfficientNet;
  readonly learningRate: number;
  readonly gamma: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly imageSize: number;
  readonly validationSplit: number;
  readonly trainSamples: number | undefined;
  readonly validationSamples: number | undefined;
  readonly maxCorrupt: number;
  readonly dropout: number;
  readonly dropConnect: number;
  readonly compile: boolean;
}

/** @throws InputError PARAMETER_UNKNOWN, PARAMETER_INVALID */
export function readSettings(params: Params): ClassifierSettings {
  for (const name of Object.keys(params)) {
    if (Object.hasOwn(imageClassifier.parameters, name)) continue;
    throw new InputError('PARAMETER_UNKNOWN', `the image classifier has no parameter "${name}"`, {
      hint: `It has ${Object.keys(imageClassifier.parameters).join(', ')}.`,
    });
  }
  const read = (name: string): ParamValue | undefined => {
    const schema = imageClassifier.parameters[name]!;
    const value = params[name] ?? schema.default;
    if (value !== undefined && !fits(value, schema)) {
      throw new InputError('PARAMETER_INVALID', `parameter "${name}" cannot be ${JSON.stringify(value)}`, {
        hint: schema.description,
      });
    }
    return value;
  };
  const number = (name: string) => read(name) as number;
  const optional = (name: string) => read(name) as number | undefined;

  const backbone = read('backbone') as EfficientNet;
  const published = planEfficientNet(backbone);
  return {
    backbone,
    learningRate: number('learning_rate'),
    gamma: number('gamma'),
    batchSize: number('batch_size'),
    epochs: number('epochs'),
    imageSize: optional('image_size') ?? published.resolution,
    validationSplit: number('validation_split'),
    trainSamples: optional('train_samples'),
    validationSamples: optional('validation_samples'),
    maxCorrupt: number('max_corrupt'),
    dropout: optional('dropout') ?? published.dropout,
    dropConnect: number('drop_connect'),
    compile: read('compile') as boolean,
  };
}

/** As far as the manifest's schemas go: one plain type each, bounds, or a list of values. */
function fits(value: ParamValue, schema: ParameterSchema): boolean {
  if (schema.enum !== undefined) return schema.enum.includes(value);
  if (typeof value !== 'number') return typeof value === schema.type;
  if (schema.type !== 'number' && schema.type !== 'integer') return false;
  if (schema.type === 'integer' && !Number.isSafeInteger(value)) return false;
  return (
    Number.isFinite(value) &&
    value >= (schema.minimum ?? -Infinity) &&
    value > (schema.exclusiveMinimum ?? -Infinity) &&
    value <= (schema.maximum ?? Infinity) &&
    value < (schema.exclusiveMaximum ?? Infinity)
  );
}
