import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from '../../platform/replace-file.js';
import type { MeasuredChoice } from './calibrate.js';

/** Results of calibrations, in a JSON file that may be removed at any time. */
export class CalibrationCache {
  readonly #file: string;

  /** @param file - absolute path; its folder exists */
  constructor(file: string) {
    this.#file = file;
  }

  /** The result for this key, the fastest choice first; `undefined` where there is none or the file is damaged. */
  async find(key: string): Promise<readonly MeasuredChoice[] | undefined> {
    const found = (await this.#read())[key];
    return Array.isArray(found) && found.length > 0 && found.every(isMeasured) ? found : undefined;
  }

  /** A file that cannot be written is no reason to end a sweep: the result is measured again. */
  async keep(key: string, measured: readonly MeasuredChoice[]): Promise<void> {
    const entries = { ...(await this.#read()), [key]: measured };
    try {
      await writeFileAtomically(this.#file, `${JSON.stringify(entries, null, 2)}\n`);
    } catch {
      return;
    }
  }

  async #read(): Promise<Readonly<Record<string, unknown>>> {
    try {
      const read: unknown = JSON.parse(await readFile(this.#file, 'utf8'));
      return typeof read === 'object' && read !== null ? (read as Readonly<Record<string, unknown>>) : {};
    } catch {
      return {};
    }
  }
}

function isMeasured(value: unknown): value is MeasuredChoice {
  if (typeof value !== 'object' || value === null) return false;
  const { slots, threads, imagesPerSecond } = value as Readonly<Record<string, unknown>>;
  return [slots, threads, imagesPerSecond].every((each) => typeof each === 'number' && each > 0);
}
