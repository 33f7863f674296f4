import { createHash } from 'node:crypto';
import { fingerprintDataset } from '../../data/fingerprints/fingerprint-dataset.js';
import type { Backbone } from '../backbones.js';
import { matchWeights, type WeightMatch } from './match-weights.js';
import { openWeightFile } from './formats/open-weight-file.js';
import type { WeightFile } from './formats/weight-file.js';

export interface WeightInspection {
  readonly backbone: Backbone;
  /** Weights of the backbone, all of which the file has. */
  readonly tensors: number;
  /** Classes of the file's classifier; `undefined` where it has none. */
  readonly classes: number | undefined;
  /** How many other arrays it has, by what they are. */
  readonly aside: WeightMatch['aside'];
  /** `sha256:...` of all that decides what a model starts from: the bytes, and the arithmetic they are taken for. */
  readonly content: string;
}

/**
 * Checks a file of weights against backbones from names and shapes alone, without TensorFlow, and names its content.
 *
 * @param cacheDir - where hashes are remembered, so that an unchanged file is read once
 * @throws InputError as `openWeightFile` and `matchWeights` do
 */
export async function inspectWeights(
  path: string,
  backbones: readonly Backbone[],
  { cacheDir }: { readonly cacheDir: string },
): Promise<WeightInspection[]> {
  const file = await openWeightFile(path);
  try {
    const bytes = await hashParts(file, cacheDir);
    return backbones.map((backbone) => {
      const { arithmetic, tensors, classifier, aside } = matchWeights(file, backbone);
      const content = createHash('sha256').update(bytes).update(JSON.stringify(arithmetic)).digest('hex');
      return {
        backbone,
        tensors: tensors.length,
        classes: classifier?.classes,
        aside,
        content: `sha256:${content}`,
      };
    });
  } finally {
    file.close();
  }
}

async function hashParts({ parts }: WeightFile, cacheDir: string): Promise<string> {
  const hashes: string[] = [];
  for (const part of parts) hashes.push(await fingerprintDataset(part, { cacheDir }));
  return hashes.join('\n');
}
