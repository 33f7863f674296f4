import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { planBackbone, type Backbone } from '../backbones.js';
import type { InputScaling, Variant } from '../families/plan.js';
import { isRecord } from './formats/json-values.js';
import type { Dialect } from './layouts/layer-layout.js';
import { normalizationScaling, sameScaling } from './set-aside.js';
import { damaged, type WeightFile } from './formats/weight-file.js';

/** In which arithmetic weights give their own results. */
export interface Arithmetic {
  readonly variant: Variant;
  /** What they expect of pixels, where it is not what the backbone does by itself. */
  readonly scaling: InputScaling | undefined;
}

/**
 * Names and shapes do not tell timm's own training from what it took over from TensorFlow (`tf_efficientnet_b0`), which pads
 * and normalizes in other ways. What does: our own notes in the file; the `config.json` beside it, as timm publishes it; or
 * `tf_` in its name or its folder's. Without any of these it is timm's own where timm has such weights.
 */
export function arithmeticOf(file: WeightFile, backbone: Backbone, dialect: Dialect): Arithmetic {
  const noted = ownNotes(file);
  if (noted !== undefined) return noted;
  const card = dialect === 'torch' ? modelCard(file.path) : undefined;
  const variant = dialect === 'torch' ? timmVariant(file.path, card?.architecture, backbone) : 'keras';
  const expected = card?.scaling ?? (dialect === 'keras' ? normalizationScaling(file) : undefined);
  const usual = planBackbone(backbone, variant).scaling;
  return { variant, scaling: expected && !sameScaling(expected, usual) ? expected : undefined };
}

/** What `sweep weights import` writes into the metadata of a file. */
export function notesOf({ variant, scaling }: Arithmetic): Record<string, string> {
  return { variant, ...(scaling && { scaling: JSON.stringify(scaling) }) };
}

function ownNotes({ path, metadata }: WeightFile): Arithmetic | undefined {
  const { variant, scaling } = metadata;
  if (variant !== 'keras' && variant !== 'timm') return undefined;
  if (scaling === undefined) return { variant, scaling: undefined };
  try {
    const noted: unknown = JSON.parse(scaling);
    if (isScaling(noted)) return { variant, scaling: noted };
  } catch (cause) {
    throw damaged(path, 'what it says of pixels is not JSON', cause);
  }
  throw damaged(path, 'what it says of pixels is no scale and offset for three channels');
}

function isScaling(value: unknown): value is InputScaling {
  if (!isRecord(value)) return false;
  const { channels, scale, offset } = value;
  return (channels === 'rgb' || channels === 'bgr') && isThree(scale) && isThree(offset);
}

function timmVariant(path: string, architecture: string | undefined, backbone: Backbone): Variant {
  const isNewFamily = !/^(b\d|lite\d)$/.test(backbone);
  if (isNewFamily) return 'timm';
  const isTensorflow = architecture
    ? architecture.startsWith('tf_')
    : /(^|[^a-z0-9])tf_/i.test(basename(path)) || /(^|[^a-z0-9])tf_/i.test(basename(dirname(path)));
  return isTensorflow || /^lite[1-4]$/.test(backbone) ? 'keras' : 'timm';
}

interface ModelCard {
  readonly architecture: string;
  readonly scaling: InputScaling | undefined;
}

/** The `config.json` that timm's models are published with. */
function modelCard(path: string): ModelCard | undefined {
  let card: unknown;
  try {
    card = JSON.parse(readFileSync(join(dirname(path), 'config.json'), 'utf8'));
  } catch {
    return undefined;
  }
  if (!isRecord(card) || typeof card['architecture'] !== 'string') return undefined;
  const { mean, std } = isRecord(card['pretrained_cfg']) ? card['pretrained_cfg'] : {};
  if (!isThree(mean) || !isThree(std) || std.includes(0))
    return { architecture: card['architecture'], scaling: undefined };
  const [scale, offset] = [
    std.map((deviation) => 1 / (255 * deviation)),
    std.map((deviation, channel) => -mean[channel]! / deviation),
  ];
  return {
    architecture: card['architecture'],
    scaling: {
      channels: 'rgb',
      scale: [scale[0]!, scale[1]!, scale[2]!],
      offset: [offset[0]!, offset[1]!, offset[2]!],
    },
  };
}

const isThree = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length === 3 && value.every((number) => typeof number === 'number');
