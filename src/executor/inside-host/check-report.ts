import { formatCounted } from '../../core/format.js';
import { InputError } from '../../core/errors.js';
import type {
  CheckpointFile,
  ClassCounts,
  EpochReport,
  Metrics,
  Preparation,
  Progress,
} from '../../core/trainer/training.js';

/**
 * Checks a trainer's report and returns only the fields of the contract: `epoch` a whole number above `lastEpoch`, `metrics` an
 * object of numbers, and optionally `checkpoint` (a file in the trial's folder), `classes` (names and a square of counts) and
 * `inputWait` (from 0 to 1). NaN and infinite metrics are accepted: that a loss diverged is a result.
 *
 * @throws InputError `REPORT_INVALID`
 */
export function checkReport(report: unknown, lastEpoch: number): EpochReport {
  if (!isObject(report)) throw invalid(`report() takes {epoch, metrics}, not ${nameOf(report)}`);
  const { epoch, metrics, checkpoint, classes, inputWait } = report;
  if (typeof epoch !== 'number' || !Number.isInteger(epoch)) {
    throw invalid(`the epoch of a report must be a whole number, not ${nameOf(epoch)}`);
  }
  if (epoch <= lastEpoch) {
    throw invalid(
      lastEpoch === 0 ? `epochs count from 1, not ${epoch}` : `epoch ${epoch} was reported after epoch ${lastEpoch}`,
    );
  }
  return {
    epoch,
    metrics: checkMetrics(metrics),
    ...(checkpoint !== undefined && { checkpoint: checkCheckpoint(checkpoint) }),
    ...(classes !== undefined && { classes: checkClasses(classes) }),
    ...(inputWait !== undefined && { inputWait: checkShare(inputWait) }),
  };
}

/**
 * Checks a trainer's progress and returns only the fields of the contract.
 *
 * @throws InputError `REPORT_INVALID`
 */
export function checkProgress(progress: unknown): Progress | Preparation {
  if (!isObject(progress)) throw invalid(`progress() takes {epoch, step, steps}, not ${nameOf(progress)}`);
  if (progress['preparing'] !== undefined) return checkPreparation(progress);
  const { epoch, epochs, step, steps } = progress;
  if (typeof epoch !== 'number' || typeof step !== 'number' || typeof steps !== 'number') {
    throw invalid('epoch, step and steps of a progress must be numbers');
  }
  if (epochs === undefined) return { epoch, step, steps };
  if (typeof epochs !== 'number') throw invalid(`the epochs of a progress must be a number, not ${nameOf(epochs)}`);
  return { epoch, epochs, step, steps };
}

function checkPreparation({ preparing, done, total }: Record<string, unknown>): Preparation {
  if (typeof preparing === 'string' && done === undefined && total === undefined) {
    return { preparing: preparing.slice(0, 100) };
  }
  if (typeof preparing !== 'string' || typeof done !== 'number' || typeof total !== 'number') {
    throw invalid(
      'progress before training takes {preparing, done, total}, a name in the plural and two numbers, or {preparing}',
    );
  }
  return { preparing: preparing.slice(0, 100), done, total };
}

function checkShare(inputWait: unknown): number {
  if (typeof inputWait === 'number' && inputWait >= 0 && inputWait <= 1) return inputWait;
  const given = typeof inputWait === 'number' ? String(inputWait) : nameOf(inputWait);
  throw invalid(`the inputWait of a report must be a share from 0 to 1, not ${given}`);
}

function checkMetrics(metrics: unknown): Metrics {
  if (!isObject(metrics) || Array.isArray(metrics) || metrics instanceof Map) {
    throw invalid(`the metrics of a report must be an object of numbers, not ${nameOf(metrics)}`);
  }
  const checked: Record<string, number> = {};
  for (const [name, value] of Object.entries(metrics)) {
    if (typeof value !== 'number') throw invalid(`metric "${name}" must be a number, not ${nameOf(value)}`);
    checked[name] = value;
  }
  return checked;
}

/** Refuses names with a separator or `..`: they would lead out of the folder in which files are read and removed. */
function checkCheckpoint(checkpoint: unknown): CheckpointFile {
  if (!isObject(checkpoint)) {
    throw invalid(`the checkpoint of a report must be {file, bytes, sha256}, not ${nameOf(checkpoint)}`);
  }
  const { file, bytes, sha256 } = checkpoint;
  if (typeof file !== 'string' || !/^[A-Za-z0-9_][\w.-]{0,199}$/.test(file)) {
    throw invalid(
      'the file of a checkpoint must be a plain name within checkpointDir: letters, digits, ".", "_" and "-"',
    );
  }
  if (!isCount(bytes)) throw invalid(`the bytes of a checkpoint must be a whole number, not ${nameOf(bytes)}`);
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) {
    throw invalid('the sha256 of a checkpoint must be 64 lowercase hexadecimal digits');
  }
  return { file, bytes, sha256 };
}

function checkClasses(classes: unknown): ClassCounts {
  if (!isObject(classes)) throw invalid(`the classes of a report must be {names, confusion}, not ${nameOf(classes)}`);
  const { names, confusion } = classes;
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
    throw invalid('the names of classes must be a list of strings');
  }
  if (!Array.isArray(confusion) || confusion.length !== names.length ** 2 || !confusion.every(isCount)) {
    throw invalid(
      `the confusion of ${names.length === 1 ? '1 class' : `${names.length} classes`} must be a list of ${formatCounted(names.length ** 2, 'count')}`,
    );
  }
  return { names, confusion };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const invalid = (message: string): InputError =>
  new InputError('REPORT_INVALID', message, { hint: 'docs/trainer-contract.md describes reports and progress.' });

function nameOf(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return 'a string';
  if (typeof value !== 'object') return `a ${typeof value}`;
  return Array.isArray(value) ? 'a list' : `an object (${Object.prototype.toString.call(value).slice(8, -1)})`;
}
