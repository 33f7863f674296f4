import { resolve } from 'node:path';
import { InputError } from '../../core/errors.js';
import type { Backbone } from '../../trainer/networks/backbones.js';
import { fetchWeights, importWeights } from '../../trainer/networks/weights/catalogue/fetch-weights.js';
import { WeightStore, type StoredWeights } from '../../trainer/networks/weights/catalogue/weight-store.js';
import { openWeightFile } from '../../trainer/networks/weights/formats/open-weight-file.js';
import { recogniseBackbone } from '../../trainer/networks/weights/matching/match-weights.js';
import { weightsFolder } from './weights-folder.js';

/** Weights in the user's cache after an import. */
export interface ImportedWeights extends StoredWeights {
  /** The file that holds them. */
  readonly file: string;
  /** What the user should know of the weights; `undefined` if there is nothing. */
  readonly warning: string | undefined;
}

export interface FetchOptions {
  /** Ends the download; the next fetch continues it. */
  readonly signal: AbortSignal;
  /** Bytes received so far; `total` is `undefined` if the server does not send it. */
  readonly onProgress: (done: number, total: number | undefined) => void;
}

/** The pretrained weights in the user's cache. */
export async function listWeights(): Promise<{ readonly folder: string; readonly stored: readonly StoredWeights[] }> {
  const store = new WeightStore(weightsFolder());
  return { folder: store.folder, stored: await store.list() };
}

/** Downloads the published ImageNet weights of a backbone, or continues the download. Throws as `fetchWeights` does. */
export const fetchToStore = (backbone: Backbone, options: FetchOptions): Promise<StoredWeights> =>
  fetchWeights(backbone, new WeightStore(weightsFolder()), options);

/**
 * Converts a file into the store.
 *
 * @param backbone - default: the one whose weights the file holds
 * @throws {InputError} WEIGHTS_MISMATCH, and what `importWeights` throws
 */
export async function importToStore(path: string, backbone: Backbone | undefined): Promise<ImportedWeights> {
  const store = new WeightStore(weightsFolder());
  const file = resolve(path);
  const stored = await importWeights(file, backbone ?? (await backboneOf(file)), store);
  return { ...stored, file: store.pathOf(stored.backbone), warning: await store.warningOf(stored) };
}

async function backboneOf(path: string): Promise<Backbone> {
  const file = await openWeightFile(path);
  try {
    const backbone = recogniseBackbone(file);
    if (backbone !== undefined) return backbone;
  } finally {
    file.close();
  }
  throw new InputError('WEIGHTS_MISMATCH', `${path} does not hold the weights of any backbone`, {
    hint: 'Name the backbone with --backbone to see which arrays are missing.',
  });
}

export interface WeightCheck {
  readonly backbone: Backbone;
  /** A description of the damage; `undefined` if there is none. */
  readonly problem: string | undefined;
}

/**
 * Checks every byte of weights in the store.
 *
 * @param backbone - default: all that are there
 * @throws {InputError} WEIGHTS_NOT_FETCHED
 */
export async function* verifyWeights(backbone: Backbone | undefined): AsyncGenerator<WeightCheck, void, undefined> {
  const store = new WeightStore(weightsFolder());
  const stored = backbone === undefined ? await store.list() : [await requireStored(store, backbone)];
  for (const weights of stored) yield { backbone: weights.backbone, problem: await store.check(weights) };
}

async function requireStored(store: WeightStore, backbone: Backbone): Promise<StoredWeights> {
  const stored = await store.get(backbone);
  if (stored) return stored;
  throw new InputError('WEIGHTS_NOT_FETCHED', `there are no weights of ${backbone} in ${store.folder}`, {
    hint: `Run "sweep weights fetch ${backbone}", or "sweep weights import FILE --backbone ${backbone}".`,
  });
}
