import { InputError } from '../../core/errors.js';
import { CollectedEpoch } from './collected-epoch.js';
import { quoted, type LineReader } from './line-reader.js';
import { PrintedEpochs } from './printed-epochs.js';
import type { Reports } from '../reports/reports.js';

/**
 * Reads metrics from what a program prints by regular expressions. An epoch is complete when each of the metrics has been read.
 * Until then it ends with the next number of an epoch, if one of the expressions is for `epoch`, else when a metric is read again.
 */
export class PatternLines implements LineReader {
  readonly #epochs = new PrintedEpochs();
  readonly #patterns: readonly (readonly [name: string, pattern: RegExp])[];
  readonly #hasEpochs: boolean;
  readonly #collected: CollectedEpoch;

  /** @param patterns - regular expressions by metric; the first group of a match is the value */
  constructor(reports: Reports, patterns: Readonly<Record<string, string>>) {
    this.#collected = new CollectedEpoch(reports);
    this.#patterns = Object.entries(patterns).map(([name, pattern]) => [name, new RegExp(pattern)]);
    this.#hasEpochs = Object.hasOwn(patterns, 'epoch');
  }

  take(line: string): Promise<unknown> | undefined {
    const { epoch: printed, ...metrics } = this.#read(line);
    const epoch = this.#epochs.number(printed);
    // More about an epoch that is complete.
    if (epoch !== undefined && epoch <= this.#collected.reported) return undefined;
    const isNext = this.#hasEpochs
      ? epoch !== undefined && epoch !== this.#collected.epoch
      : Object.keys(metrics).some((name) => this.#collected.has(name));
    const before = isNext ? this.end() : undefined;
    this.#collected.add(epoch, metrics);
    const isComplete = this.#patterns.every(([name]) => name === 'epoch' || this.#collected.has(name));
    return isComplete ? this.end() : before;
  }

  end(): Promise<unknown> | undefined {
    return this.#collected.end();
  }

  #read(line: string): Record<string, number> {
    const found: Record<string, number> = {};
    for (const [name, pattern] of this.#patterns) {
      const text = pattern
        .exec(line)
        ?.slice(1)
        .find((group: string | undefined) => group !== undefined);
      if (text !== undefined) found[name] = numberOf(text, name, line);
    }
    return found;
  }
}

function numberOf(text: string, name: string, line: string): number {
  const plain = text.trim().toLowerCase();
  if (/^[-+]?inf(inity)?$/.test(plain)) return plain.startsWith('-') ? -Infinity : Infinity;
  if (plain === 'nan') return NaN;
  const value = Number(plain);
  if (plain !== '' && !Number.isNaN(value)) return value;
  throw new InputError(
    'REPORT_INVALID',
    `"${text}" is no number: \`metrics: ${name}\` found it in the line ${quoted(line)}`,
  );
}
