import { readFile } from 'node:fs/promises';
import type { MemoryParameters } from '../../core/trainer/manifest.js';
import { canonicalJson, type Params } from '../../core/parameters.js';
import { writeFileAtomically } from '../../platform/replace-file.js';

/** Batch norm needs at least two samples. */
const LEAST_MICRO_BATCH = 2;

export interface OomHistoryOptions {
  /** Absolute path of the JSON file that keeps the history for later runs; it may be removed at any time. */
  readonly file: string;
  /** The parameters that determine a trial's memory; without them nothing is kept. */
  readonly parameters: MemoryParameters | undefined;
}

/** Which batch sizes ran out of memory on which device, so that later trials begin with one that may fit. */
export class OomHistory {
  readonly #options: OomHistoryOptions;
  /** By device and shape: the smallest micro-batch that did not fit with no other trial on the device. */
  readonly #tooMany: Map<string, number>;
  /** The same with other trials on the device. Only of this run: the next one may have another number of slots. */
  readonly #tooManyShared = new Map<string, number>();

  /** Begins with an empty history where the file is missing or damaged. */
  static async open(options: OomHistoryOptions): Promise<OomHistory> {
    try {
      const kept: unknown = JSON.parse(await readFile(options.file, 'utf8'));
      return new OomHistory(options, isHistory(kept) ? Object.entries(kept.tooMany) : []);
    } catch {
      return new OomHistory(options, []);
    }
  }

  private constructor(options: OomHistoryOptions, entries: readonly (readonly [string, number])[]) {
    this.#options = options;
    this.#tooMany = new Map(entries);
  }

  /** How a trial should begin: with which micro-batch (`undefined`: the whole batch), and whether exclusively on the device. */
  advise(device: string, params: Params): { readonly microBatch: number | undefined; readonly exclusive: boolean } {
    const trial = this.#look(device, params);
    if (trial === undefined) return { microBatch: undefined, exclusive: false };
    const { key, batch } = trial;
    const tooMany = this.#tooMany.get(key) ?? Infinity;
    let microBatch = batch;
    while (microBatch >= tooMany && microBatch > LEAST_MICRO_BATCH) microBatch = half(microBatch);
    const exclusive = microBatch >= (this.#tooManyShared.get(key) ?? Infinity);
    return { microBatch: microBatch < batch ? microBatch : undefined, exclusive };
  }

  /**
   * Notes that a trial ran out of memory with this micro-batch (`undefined`: its whole batch). Returns what to try next, always
   * exclusively on the device: the same micro-batch first, then half of it; `undefined` where no smaller one is left.
   */
  async learn(
    device: string,
    params: Params,
    { microBatch, exclusive }: { readonly microBatch: number | undefined; readonly exclusive: boolean },
  ): Promise<{ readonly microBatch: number | undefined } | undefined> {
    const trial = this.#look(device, params);
    if (!exclusive) {
      if (trial !== undefined) lower(this.#tooManyShared, trial.key, microBatch ?? trial.batch);
      return { microBatch };
    }
    if (trial === undefined) return undefined;
    const tried = microBatch ?? trial.batch;
    lower(this.#tooMany, trial.key, tried);
    await this.#keep();
    return tried > LEAST_MICRO_BATCH ? { microBatch: half(tried) } : undefined;
  }

  #look(device: string, params: Params): { readonly key: string; readonly batch: number } | undefined {
    const { parameters } = this.#options;
    const batch = parameters && params[parameters.batch];
    if (typeof batch !== 'number' || !(batch > 0)) return undefined;
    return { key: canonicalJson([device, ...parameters!.shape.map((name) => params[name] ?? null)]), batch };
  }

  /** A file that cannot be written is no reason to end a sweep: it is learned again. */
  async #keep(): Promise<void> {
    const { file } = this.#options;
    try {
      await writeFileAtomically(file, `${JSON.stringify({ tooMany: Object.fromEntries(this.#tooMany) }, null, 2)}\n`);
    } catch {
      return;
    }
  }
}

const half = (samples: number): number => Math.max(LEAST_MICRO_BATCH, Math.ceil(samples / 2));

function lower(values: Map<string, number>, key: string, value: number): void {
  values.set(key, Math.min(value, values.get(key) ?? Infinity));
}

function isHistory(value: unknown): value is { readonly tooMany: Readonly<Record<string, number>> } {
  if (typeof value !== 'object' || value === null || !('tooMany' in value)) return false;
  const { tooMany } = value;
  return typeof tooMany === 'object' && tooMany !== null && Object.values(tooMany).every((n) => typeof n === 'number');
}
