import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../../../platform/replace-file.js';
import { arithmeticMetadata } from '../matching/arithmetic.js';
import { BACKBONES, type Backbone } from '../../backbones.js';
import { isRecord } from '../formats/json-values.js';
import { scalingWarning } from '../matching/input-scaling.js';
import { matchWeights } from '../matching/match-weights.js';
import { openWeightFile } from '../formats/open-weight-file.js';
import type { WeightFile } from '../formats/weight-file.js';
import { writeSafetensors } from '../formats/write-safetensors.js';

/** Record of the weights of a backbone in the store; it lies beside their file. */
export interface StoredWeights {
  readonly backbone: Backbone;
  /** Origin: an address, or the path of the imported file. */
  readonly source: string;
  /** Hexadecimal SHA-256 of the downloaded or imported file. */
  readonly sourceSha256: string;
  /** Whether the file has the hash that the publisher names. If false, later downloads must have the hash of the first one. */
  readonly verified: boolean;
  /** Size of the stored file. */
  readonly bytes: number;
  /** Hexadecimal SHA-256 of the stored file. */
  readonly sha256: string;
}

export interface WeightOrigin extends Pick<StoredWeights, 'backbone' | 'source' | 'sourceSha256' | 'verified'> {
  /** Whether the weights are those that `publishedWeights` names, whose scaling of pixels is known. */
  readonly isPublished: boolean;
}

/**
 * Pretrained weights in the user's cache: for each backbone one safetensors file, with this program's names and order of
 * axes, and a JSON file with its `StoredWeights`. `weights: imagenet` reads them.
 */
export class WeightStore {
  readonly folder: string;

  /** @param folder - created by the first `put` */
  constructor(folder: string) {
    this.folder = folder;
  }

  pathOf(backbone: Backbone): string {
    return join(this.folder, `${backbone}.safetensors`);
  }

  /** `undefined` if the file or its record is missing. */
  async get(backbone: Backbone): Promise<StoredWeights | undefined> {
    try {
      const record: unknown = JSON.parse(await readFile(this.#recordPath(backbone), 'utf8'));
      await stat(this.pathOf(backbone));
      return isRecordOf(record, backbone) ? record : undefined;
    } catch {
      return undefined;
    }
  }

  /** All weights of the store, in the order of the backbones. */
  async list(): Promise<StoredWeights[]> {
    const found = await Promise.all(BACKBONES.map((backbone) => this.get(backbone)));
    return found.filter((stored) => stored !== undefined);
  }

  /**
   * Converts a file of any readable format into the store. Replaces the weights that it has of the backbone.
   *
   * @throws InputError as `openWeightFile` and `matchWeights` do
   */
  async putFile(path: string, origin: Omit<WeightOrigin, 'sourceSha256'>): Promise<StoredWeights> {
    const file = await openWeightFile(path);
    try {
      return await this.put(file, { ...origin, sourceSha256: await sha256Of(file.path) });
    } finally {
      file.close();
    }
  }

  /** As `putFile`, for an opened file. @throws InputError as `matchWeights` does */
  async put(file: WeightFile, { isPublished, ...origin }: WeightOrigin): Promise<StoredWeights> {
    const { backbone } = origin;
    const { arithmetic, assumedScaling, tensors, classifier } = matchWeights(file, backbone);
    const metadata = arithmeticMetadata({ arithmetic, assumedScaling: isPublished ? undefined : assumedScaling });
    const arrays = [...tensors, ...(classifier?.tensors ?? [])];
    const named = arrays.map((tensor) => ({ name: tensor.name, shape: tensor.shape, values: () => tensor.read() }));
    const path = this.pathOf(backbone);
    await writeSafetensors(path, named, { backbone, ...metadata });
    const { size: bytes } = await stat(path);
    const record = { ...origin, bytes, sha256: await sha256Of(path) };
    await writeFileAtomically(this.#recordPath(backbone), `${JSON.stringify(record, null, 2)}\n`);
    return record;
  }

  /** Warning about weights whose scaling of pixels is assumed, for the file that they came from; `undefined` if it is known. */
  async warningOf({ backbone, source }: StoredWeights): Promise<string | undefined> {
    const file = await openWeightFile(this.pathOf(backbone));
    try {
      const { assumedScaling } = matchWeights(file, backbone);
      return assumedScaling === undefined ? undefined : scalingWarning(source, assumedScaling);
    } finally {
      file.close();
    }
  }

  /** The difference between the stored file and its record, in words; `undefined` if there is none. */
  async check({ backbone, bytes, sha256 }: StoredWeights): Promise<string | undefined> {
    const path = this.pathOf(backbone);
    const { size } = await stat(path);
    if (size !== bytes) return `${path} has ${size} bytes instead of ${bytes}`;
    const found = await sha256Of(path);
    if (found !== sha256) return `${path} has SHA-256 ${found} instead of ${sha256}`;
    const file = await openWeightFile(path);
    try {
      matchWeights(file, backbone);
      return undefined;
    } finally {
      file.close();
    }
  }

  #recordPath(backbone: Backbone): string {
    return join(this.folder, `${backbone}.json`);
  }
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function isRecordOf(value: unknown, backbone: Backbone): value is StoredWeights {
  return (
    isRecord(value) &&
    value['backbone'] === backbone &&
    ['source', 'sourceSha256', 'sha256'].every((name) => typeof value[name] === 'string') &&
    typeof value['verified'] === 'boolean' &&
    Number.isSafeInteger(value['bytes'])
  );
}
