import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { planBackbone, type Backbone } from '../../backbones.js';
import type { InputScaling, Variant } from '../../families/plan.js';
import { isRecord } from '../formats/json-values.js';
import { damaged, type WeightFile } from '../formats/weight-file.js';
import type { Dialect } from '../layouts/layer-layout.js';
import { describeScaling, isScaling, normalizationScaling, sameScaling, standardScaling } from './input-scaling.js';

/** The arithmetic in which weights were trained. */
export interface Arithmetic {
  readonly variant: Variant;
  /** The scaling of pixels, if it differs from the backbone's own (`planBackbone(backbone, variant).scaling`). */
  readonly scaling: InputScaling | undefined;
}

export interface FileArithmetic {
  readonly arithmetic: Arithmetic;
  /** The scaling of pixels that was assumed, in words, because the file does not tell it; `undefined` if the file tells it. */
  readonly assumedScaling: string | undefined;
}

/**
 * The arithmetic of a file's weights. timm's names and shapes are the same for models that timm trained and for those that it
 * converted from TensorFlow (`tf_efficientnet_b0`), whose padding and batch norm differ. Decided by, in this order: the
 * metadata that `sweep weights import` writes; timm's `config.json` in the same folder; `tf_` in the name of the file or its
 * folder. Otherwise timm's own arithmetic, with the scaling that most of its models have.
 *
 * @throws InputError WEIGHTS_DAMAGED if the metadata is not what `sweep weights import` writes
 */
export function arithmeticOf(file: WeightFile, backbone: Backbone, dialect: Dialect): FileArithmetic {
  const recorded = readMetadata(file);
  if (recorded !== undefined) return withAssumption(recorded, backbone, file.metadata[ASSUMED] === 'true');
  const config = dialect === 'torch' ? readTimmConfig(file.path) : undefined;
  const variant = dialect === 'torch' ? timmVariant(file.path, config?.architecture, backbone) : 'keras';
  const told = config?.scaling ?? (dialect === 'keras' ? normalizationScaling(file) : undefined);
  const usual = planBackbone(backbone, variant).scaling;
  const arithmetic = { variant, scaling: told && !sameScaling(told, usual) ? told : undefined };
  return withAssumption(arithmetic, backbone, dialect === 'torch' && told === undefined);
}

/** The metadata that `sweep weights import` writes: `arithmeticOf` reads it back. */
export function arithmeticMetadata({ arithmetic, assumedScaling }: FileArithmetic): Record<string, string> {
  const { variant, scaling } = arithmetic;
  return {
    variant,
    ...(scaling && { scaling: JSON.stringify(scaling) }),
    ...(assumedScaling !== undefined && { [ASSUMED]: 'true' }),
  };
}

const ASSUMED = 'scaling_assumed';

function withAssumption(arithmetic: Arithmetic, backbone: Backbone, isAssumed: boolean): FileArithmetic {
  if (!isAssumed) return { arithmetic, assumedScaling: undefined };
  const scaling = arithmetic.scaling ?? planBackbone(backbone, arithmetic.variant).scaling;
  return { arithmetic, assumedScaling: describeScaling(scaling) };
}

function readMetadata({ path, metadata }: WeightFile): Arithmetic | undefined {
  const { variant, scaling } = metadata;
  if (variant !== 'keras' && variant !== 'timm') return undefined;
  if (scaling === undefined) return { variant, scaling: undefined };
  try {
    const parsed: unknown = JSON.parse(scaling);
    if (isScaling(parsed)) return { variant, scaling: parsed };
  } catch (cause) {
    throw damaged(path, '"scaling" in its metadata is not JSON', cause);
  }
  throw damaged(path, '"scaling" in its metadata is not a scale and an offset for three channels');
}

function timmVariant(path: string, architecture: string | undefined, backbone: Backbone): Variant {
  const isNewFamily = !/^(b\d|lite\d)$/.test(backbone);
  if (isNewFamily) return 'timm';
  const isTensorflow = architecture
    ? architecture.startsWith('tf_')
    : /(^|[^a-z0-9])tf_/i.test(basename(path)) || /(^|[^a-z0-9])tf_/i.test(basename(dirname(path)));
  return isTensorflow || /^lite[1-4]$/.test(backbone) ? 'keras' : 'timm';
}

interface TimmConfig {
  readonly architecture: string;
  readonly scaling: InputScaling | undefined;
}

/** Reads the `config.json` that timm publishes beside a model's weights; `undefined` if there is none. */
function readTimmConfig(path: string): TimmConfig | undefined {
  let config: unknown;
  try {
    config = JSON.parse(readFileSync(join(dirname(path), 'config.json'), 'utf8'));
  } catch {
    return undefined;
  }
  if (!isRecord(config) || typeof config['architecture'] !== 'string') return undefined;
  const { mean, std } = isRecord(config['pretrained_cfg']) ? config['pretrained_cfg'] : {};
  return { architecture: config['architecture'], scaling: standardScaling(mean, std) };
}
