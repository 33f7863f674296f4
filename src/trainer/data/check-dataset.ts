import { openSource } from './open-source.js';
import { splitByClass } from './split.js';

export interface DatasetCheck {
  /** Absolute path. */
  readonly path: string;
  readonly seed: number;
  readonly validationSplit: number;
  readonly warn: (message: string) => void;
}

/**
 * Lists a dataset's images and splits them as a trial would, decoding none: what is wrong with its folders is known before
 * the first trial instead of failing each of them. Throws as `openImageDataset`, short of what only decoding shows.
 */
export async function checkDataset({ path, seed, validationSplit, warn }: DatasetCheck): Promise<void> {
  const source = await openSource(path, warn);
  try {
    splitByClass(source, seed, validationSplit);
  } finally {
    source.close();
  }
}
