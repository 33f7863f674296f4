import { InputError } from '../core/errors.js';
import type { EpochReport, Metrics, Progress } from '../core/training.js';

/**
 * A trainer's report reduced to what the contract names, or why it is none: the epoch a whole number above `lastEpoch`,
 * the metrics an object of numbers. NaN and infinities pass: that a loss went there is a result.
 *
 * @throws InputError `REPORT_INVALID`
 */
export function checkReport(report: unknown, lastEpoch: number): EpochReport {
  if (!isObject(report)) throw invalid(`report() takes {epoch, metrics}, not ${nameOf(report)}`);
  const { epoch, metrics } = report;
  if (typeof epoch !== 'number' || !Number.isInteger(epoch)) {
    throw invalid(`the epoch of a report is a whole number, not ${nameOf(epoch)}`);
  }
  if (epoch <= lastEpoch) {
    throw invalid(
      lastEpoch === 0 ? `epochs count from 1, not ${epoch}` : `epoch ${epoch} was reported after epoch ${lastEpoch}`,
    );
  }
  return { epoch, metrics: checkMetrics(metrics) };
}

/**
 * A trainer's progress reduced to what the contract names.
 *
 * @throws InputError `REPORT_INVALID`
 */
export function checkProgress(progress: unknown): Progress {
  if (!isObject(progress)) throw invalid(`progress() takes {epoch, step, steps}, not ${nameOf(progress)}`);
  const { epoch, epochs, step, steps } = progress;
  if (typeof epoch !== 'number' || typeof step !== 'number' || typeof steps !== 'number') {
    throw invalid('epoch, step and steps of a progress are numbers');
  }
  if (epochs === undefined) return { epoch, step, steps };
  if (typeof epochs !== 'number') throw invalid(`the epochs of a progress are a number, not ${nameOf(epochs)}`);
  return { epoch, epochs, step, steps };
}

function checkMetrics(metrics: unknown): Metrics {
  if (!isObject(metrics) || Array.isArray(metrics) || metrics instanceof Map) {
    throw invalid(`the metrics of a report are an object of numbers, not ${nameOf(metrics)}`);
  }
  const checked: Record<string, number> = {};
  for (const [name, value] of Object.entries(metrics)) {
    if (typeof value !== 'number') throw invalid(`metric "${name}" is a number, not ${nameOf(value)}`);
    checked[name] = value;
  }
  return checked;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const invalid = (message: string): InputError =>
  new InputError('REPORT_INVALID', message, { hint: 'docs/trainer-contract.md says what a trainer reports.' });

function nameOf(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return 'a string';
  if (typeof value !== 'object') return `a ${typeof value}`;
  return Array.isArray(value) ? 'a list' : `an object (${Object.prototype.toString.call(value).slice(8, -1)})`;
}
