import { basename, extname, resolve } from 'node:path';
import { InputError } from '../core/errors.js';
import type { Params, ParamValue } from '../core/parameters.js';
import type { SweepDefinition } from '../sweep/definition.js';
import { parseSweep } from '../sweep/parse.js';
import { firstTrials, planTrials } from '../search/plan.js';
import { readSweepFile } from '../sweep/read-sweep-file.js';
import { readSettings } from '../trainer/training/classifier-settings.js';
import { imageClassifier } from '../trainer/manifest.js';
import { previewAugmentation, type PreviewOptions } from '../trainer/data/preview/preview-augmentation.js';

export interface DrawPreviewOptions {
  /** From the command line. Replaces the sweep file's. */
  readonly augment: string | undefined;
  /** Number of epochs to show. */
  readonly epochs: number;
  readonly warn: (message: string) => void;
}

/**
 * Draws a PNG of what augmentation does to images: for a sweep file with the augmentation of its first trial that changes images,
 * for a dataset with a preset.
 *
 * @param path - of a sweep file or a dataset
 * @throws {InputError} NOTHING_TO_PREVIEW, USAGE, FOREIGN_TRAINER, and what `parseSweep`, `readSettings` and
 *   `previewAugmentation` throw
 */
export async function drawPreview(path: string, { augment, epochs, warn }: DrawPreviewOptions): Promise<Buffer> {
  const { name, ...subject } = await findSubject(path, augment);
  return previewAugmentation({ ...subject, epochs, title: `${basename(path, extname(path))}: ${name}`, warn });
}

/** What a preview shows. `name`: of the augmentation. */
type PreviewSubject = Pick<PreviewOptions, 'path' | 'reading' | 'augmentation' | 'imageSize' | 'seed'> & {
  readonly name: string;
};

/** Parameters for a dataset without a sweep file. */
const DATASET_PARAMS: Params = { augment: 'medium', image_size: 128 };

async function findSubject(path: string, augment: string | undefined): Promise<PreviewSubject> {
  const isSweep = ['.yaml', '.yml', '.json'].includes(extname(path).toLowerCase());
  const given = augment === undefined ? {} : { augment: parseAugment(augment) };
  if (!isSweep) return subjectOf({ ...DATASET_PARAMS, ...given }, path, 0);
  const definition = parseSweep(await readSweepFile(path), { manifest: imageClassifier });
  const { dataset, trainer } = definition;
  if (trainer.kind !== 'builtin' || dataset === undefined) {
    throw new InputError('FOREIGN_TRAINER', `${path} names no dataset for the image classifier`, {
      hint: 'Augmentation belongs to the built-in trainer. Give the path of a folder of images to preview it on them.',
    });
  }
  return subjectOf({ ...firstTrial(definition), ...given }, dataset.path, definition.seeds[0]!);
}

function subjectOf(params: Params, path: string, seed: number): PreviewSubject {
  const { augmentation, data, model } = readSettings(params);
  const { pipeline, mixupAlpha, cutmixAlpha } = augmentation;
  if (pipeline === undefined && mixupAlpha === 0 && cutmixAlpha === 0) {
    throw new InputError('NOTHING_TO_PREVIEW', 'images are not augmented here', {
      hint: 'Add `augment: medium` to the sweep file, or --augment medium to the command.',
    });
  }
  return {
    path: resolve(path),
    reading: data.reading,
    augmentation,
    imageSize: model.imageSize,
    seed,
    name: nameOf(params['augment'], augmentation),
  };
}

/** The parameters of the first trial. If `augment` varies, with its first value that is not none. */
function firstTrial(definition: SweepDefinition): Params {
  const plan = planTrials(definition, { fingerprint: '', trainerVersion: '', defaults: {} });
  const params = firstTrials(plan, 1)[0]?.params ?? definition.fixed;
  const axis = definition.axes.find(({ name }) => name === 'augment');
  if (axis === undefined || !('values' in axis.distribution)) return params;
  return { ...params, augment: axis.distribution.values.find((value) => value !== 'none') ?? 'none' };
}

function parseAugment(text: string): ParamValue {
  if (!text.trimStart().startsWith('[')) return text;
  try {
    return JSON.parse(text) as ParamValue;
  } catch (cause) {
    throw new InputError('USAGE', `--augment ${text} is not JSON`, {
      hint: `Write a list like this: --augment '[{"op": "rotate", "limit": 15}]'`,
      cause,
    });
  }
}

function nameOf(
  augment: ParamValue | undefined,
  { pipeline, mixupAlpha, cutmixAlpha }: PreviewOptions['augmentation'],
): string {
  const names = [];
  if (pipeline?.kind === 'randaugment') names.push(`randaugment ${pipeline.ops} x ${pipeline.magnitude}`);
  else if (pipeline && typeof augment === 'string') names.push(augment);
  else if (pipeline) names.push(...pipeline.steps.map(({ op }) => op));
  if (mixupAlpha > 0) names.push(`mixup ${mixupAlpha}`);
  if (cutmixAlpha > 0) names.push(`cutmix ${cutmixAlpha}`);
  return names.join(', ');
}
