import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../../../platform/replace-file.js';
import { notesOf } from '../arithmetic.js';
import { BACKBONES, type Backbone } from '../../backbones.js';
import { isRecord } from '../formats/json-values.js';
import { matchWeights } from '../match-weights.js';
import { openWeightFile } from '../formats/open-weight-file.js';
import { writeSafetensors } from '../formats/write-safetensors.js';

/** What is noted of weights in the store, beside their file. */
export interface StoredWeights {
  readonly backbone: Backbone;
  /** Where they came from: an address, or the path of the file that was imported. */
  readonly source: string;
  /** Hexadecimal SHA-256 of the file that they came in. */
  readonly sourceSha256: string;
  /** Whether a hash that the publisher names was checked; otherwise that of the first download is what later ones are held to. */
  readonly verified: boolean;
  /** Of the stored file. */
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Published weights in the user's cache: one safetensors file for each backbone with our names and order of axes, and a note of
 * where it came from. `weights: imagenet` means what lies here.
 */
export class WeightStore {
  readonly folder: string;

  /** @param folder - is made when something is put into it */
  constructor(folder: string) {
    this.folder = folder;
  }

  pathOf(backbone: Backbone): string {
    return join(this.folder, `${backbone}.safetensors`);
  }

  /** `undefined` where there are none, or half of them. */
  async get(backbone: Backbone): Promise<StoredWeights | undefined> {
    try {
      const note: unknown = JSON.parse(await readFile(this.#notePath(backbone), 'utf8'));
      await stat(this.pathOf(backbone));
      return isNote(note, backbone) ? note : undefined;
    } catch {
      return undefined;
    }
  }

  /** All that is there, in the order of the backbones. */
  async list(): Promise<StoredWeights[]> {
    const found = await Promise.all(BACKBONES.map((backbone) => this.get(backbone)));
    return found.filter((stored) => stored !== undefined);
  }

  /**
   * Puts weights of any readable format into the store, in place of those that it had.
   *
   * @throws InputError as `openWeightFile` and `matchWeights` do
   */
  async put(
    file: string,
    { backbone, source, verified }: Pick<StoredWeights, 'backbone' | 'source' | 'verified'>,
  ): Promise<StoredWeights> {
    const opened = await openWeightFile(file);
    try {
      const { arithmetic, tensors, classifier } = matchWeights(opened, backbone);
      const arrays = [...tensors, ...(classifier?.tensors ?? [])];
      const path = this.pathOf(backbone);
      const named = arrays.map((tensor) => ({ name: tensor.name, shape: tensor.shape, values: () => tensor.read() }));
      await writeSafetensors(path, named, { backbone, ...notesOf(arithmetic) });
      const { size: bytes } = await stat(path);
      const sourceSha256 = await sha256Of(opened.path);
      const note = { backbone, source, sourceSha256, verified, bytes, sha256: await sha256Of(path) };
      await this.#note(note);
      return note;
    } finally {
      opened.close();
    }
  }

  /** What is wrong with weights in the store; `undefined`: they are what was put there, and fit. */
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

  async #note(note: StoredWeights): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeFileAtomically(this.#notePath(note.backbone), `${JSON.stringify(note, null, 2)}\n`);
  }

  #notePath(backbone: Backbone): string {
    return join(this.folder, `${backbone}.json`);
  }
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function isNote(note: unknown, backbone: Backbone): note is StoredWeights {
  return (
    isRecord(note) &&
    note['backbone'] === backbone &&
    ['source', 'sourceSha256', 'sha256'].every((name) => typeof note[name] === 'string') &&
    typeof note['verified'] === 'boolean' &&
    Number.isSafeInteger(note['bytes'])
  );
}
