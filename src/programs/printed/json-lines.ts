import { InputError } from '../../core/errors.js';
import { CollectedEpoch } from './collected-epoch.js';
import { numberIn, parseLenient } from './lenient-json.js';
import { quoted, type LineReader } from './line-reader.js';
import { PrintedEpochs } from './printed-epochs.js';
import type { Reports } from '../reports/reports.js';

/**
 * Reads reports that a program prints as lines of JSON: `{"epoch": 3, "val_loss": 0.41}`. A line counts if it has a number
 * `epoch` or the metric that ranks trials; members that are no numbers are left out. A line with that metric reports its epoch.
 * Lines without it are collected, and reported with it, or when a line of the next epoch comes.
 */
export class JsonLines implements LineReader {
  readonly #objective: string;
  readonly #epochs = new PrintedEpochs();
  readonly #collected: CollectedEpoch;

  constructor(reports: Reports, objective: string) {
    this.#collected = new CollectedEpoch(reports);
    this.#objective = objective;
  }

  take(line: string): Promise<unknown> | undefined {
    const members = membersOf(line);
    if (members === undefined) return undefined;
    const isRanked = Object.hasOwn(members, this.#objective);
    const epoch = this.#epochs.number(members['epoch']);
    if (epoch === undefined && !isRanked) return undefined;
    const metrics = metricsOf(members);
    if (isRanked && metrics[this.#objective] === undefined) {
      throw new InputError('REPORT_INVALID', `${this.#objective} is no number in the line ${quoted(line)}`);
    }
    if (!isRanked && epoch! <= this.#collected.reported) return undefined;
    const before =
      this.#collected.epoch !== undefined && epoch !== undefined && epoch > this.#collected.epoch
        ? this.end()
        : undefined;
    this.#collected.add(epoch, metrics);
    return isRanked ? this.end() : before;
  }

  end(): Promise<unknown> | undefined {
    return this.#collected.end();
  }
}

function membersOf(line: string): Record<string, unknown> | undefined {
  // Most lines of most programs are no JSON, and there may be many: an exception for each would take too long.
  if (!/^\s*\{\s*"[^]*\}\s*$/.test(line)) return undefined;
  try {
    return parseLenient(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function metricsOf(members: Readonly<Record<string, unknown>>): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const [name, written] of Object.entries(members)) {
    const value = name === 'epoch' ? undefined : numberIn(written);
    if (value !== undefined) metrics[name] = value;
  }
  return metrics;
}
