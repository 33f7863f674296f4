import { createHash } from 'node:crypto';
import { fingerprintDataset } from '../../data/fingerprints/fingerprint-dataset.js';
import type { Backbone } from '../backbones.js';
import { matchWeights, type WeightMatch } from './matching/match-weights.js';
import { openWeightFile } from './formats/open-weight-file.js';
import { tryRead } from './formats/trial-read.js';
import type { WeightFile } from './formats/weight-file.js';

export interface WeightInspection {
  readonly backbone: Backbone;
  /** Number of the backbone's weights. The file has all of them. */
  readonly tensors: number;
  /** Classes of the file's classifier; `undefined` if it has none. */
  readonly classes: number | undefined;
  /** Number of other arrays, by kind. */
  readonly others: WeightMatch['others'];
  readonly assumedScaling: WeightMatch['assumedScaling'];
  /** `sha256:...` over the bytes and the arithmetic: everything that decides which model training starts from. */
  readonly content: string;
}

/**
 * Checks a file of weights against backbones by names and shapes, without TensorFlow, and hashes its content.
 *
 * @param cacheDir - keeps hashes, so that an unchanged file is read only once
 * @throws InputError as `openWeightFile` and `matchWeights` do
 */
export async function inspectWeights(
  path: string,
  backbones: readonly Backbone[],
  { cacheDir }: { readonly cacheDir: string },
): Promise<WeightInspection[]> {
  await tryRead(path);
  const file = await openWeightFile(path);
  try {
    const bytes = await hashParts(file, cacheDir);
    return backbones.map((backbone) => {
      const { arithmetic, assumedScaling, tensors, classifier, others } = matchWeights(file, backbone);
      const content = createHash('sha256').update(bytes).update(JSON.stringify(arithmetic)).digest('hex');
      return {
        backbone,
        tensors: tensors.length,
        classes: classifier?.classes,
        others,
        assumedScaling,
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
