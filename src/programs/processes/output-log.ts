import { closeSync, openSync, renameSync, writeSync, fstatSync } from 'node:fs';
import { join } from 'node:path';
import { systemReason } from '../../platform/errno.js';

/** What a program prints, in the trial's folder; `PREVIOUS_LOG` is what came before, once the log was full. */
export const LOG = 'output.log';
export const PREVIOUS_LOG = 'output.1.log';

/** Size at which a log is moved to `PREVIOUS_LOG`: a trial's logs take twice this at most. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Keeps all that a program prints. A log that cannot be written costs no trial: it warns once and writes no more. */
export class OutputLog {
  readonly #folder: string;
  readonly #warn: (message: string) => void;
  readonly #maxBytes: number;
  #file: number | undefined;
  #bytes = 0;

  /** Goes on with the log of earlier attempts. @param maxBytes - default 64 MiB */
  constructor(folder: string, warn: (message: string) => void, maxBytes = MAX_BYTES) {
    this.#folder = folder;
    this.#warn = warn;
    this.#maxBytes = maxBytes;
    this.#attempt(() => this.#open());
  }

  write(chunk: Uint8Array): void {
    if (this.#file === undefined) return;
    this.#attempt(() => {
      if (this.#bytes >= this.#maxBytes) {
        this.#close();
        renameSync(join(this.#folder, LOG), join(this.#folder, PREVIOUS_LOG));
        this.#open();
      }
      for (let at = 0; at < chunk.length;) at += writeSync(this.#file!, chunk, at);
      this.#bytes += chunk.length;
    });
  }

  /** Safe to call twice. */
  close(): void {
    this.#attempt(() => this.#close());
  }

  #open(): void {
    this.#file = openSync(join(this.#folder, LOG), 'a');
    this.#bytes = fstatSync(this.#file).size;
  }

  #close(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) closeSync(file);
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (this.#file !== undefined) closeSync(this.#file);
      this.#file = undefined;
      this.#warn(`what the program prints is no longer kept in ${join(this.#folder, LOG)}: ${systemReason(error)}`);
    }
  }
}
