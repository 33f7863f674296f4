import { readFile, rename, writeFile } from 'node:fs/promises';
import type { MemoryParameters } from '../../core/manifest.js';
import { canonicalJson, type Params } from '../../core/parameters.js';

/** Batch norm over fewer samples than this says nothing any more. */
const LEAST_MICRO_BATCH = 2;

export interface OomHistoryOptions {
  /** Absolute path of the JSON file that keeps what was learned for other runs; it may be removed at any time. */
  readonly file: string;
  /** Without them nothing is known about trials, and nothing learned. */
  readonly parameters: MemoryParameters | undefined;
}

/** What has turned out not to fit into the memory of a device: trials that come later begin with what may. */
export class OomHistory {
  readonly #options: OomHistoryOptions;
  /** By device and shape: the fewest samples at a time that did not fit with nobody beside. */
  readonly #tooMany: Map<string, number>;
  /** The same with others beside. Of this run exclusive: the next one may have other slots. */
  readonly #tooManyBeside = new Map<string, number>();

  /** Begins anew where the file is missing or damaged. */
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

  /** How a trial on a device should begin: `microBatch` is `undefined` where its whole batch may fit. */
  advise(device: string, params: Params): { readonly microBatch: number | undefined; readonly exclusive: boolean } {
    const trial = this.#look(device, params);
    if (trial === undefined) return { microBatch: undefined, exclusive: false };
    const { key, batch } = trial;
    const tooMany = this.#tooMany.get(key) ?? Infinity;
    let microBatch = batch;
    while (microBatch >= tooMany && microBatch > LEAST_MICRO_BATCH) microBatch = half(microBatch);
    const exclusive = microBatch >= (this.#tooManyBeside.get(key) ?? Infinity);
    return { microBatch: microBatch < batch ? microBatch : undefined, exclusive };
  }

  /**
   * A trial ran out of memory with so many samples at a time (`undefined`: its whole batch). Returns what to try next, or
   * `undefined` where nothing is left: exclusive on the device first, then half as many samples.
   */
  async learn(
    device: string,
    params: Params,
    { microBatch, exclusive }: { readonly microBatch: number | undefined; readonly exclusive: boolean },
  ): Promise<{ readonly microBatch: number | undefined } | undefined> {
    const trial = this.#look(device, params);
    if (!exclusive) {
      if (trial !== undefined) lower(this.#tooManyBeside, trial.key, microBatch ?? trial.batch);
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

  /** What cannot be kept has to be learned again: no reason to end a sweep. */
  async #keep(): Promise<void> {
    const { file } = this.#options;
    try {
      await writeFile(`${file}.new`, `${JSON.stringify({ tooMany: Object.fromEntries(this.#tooMany) }, null, 2)}\n`);
      await rename(`${file}.new`, file);
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
