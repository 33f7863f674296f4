import type { Evaluation } from '../../core/reports/evaluation.js';
import type { SerializedError } from '../../core/errors.js';
import type { ExportFormat } from '../../core/trainer/export-format.js';
import type { TableReading } from '../../core/trainer/table-reading.js';

export interface ExportRequest {
  readonly type: 'export';
  /** Path of a checkpoint. */
  readonly checkpoint: string;
  readonly format: ExportFormat;
  /** Absolute path of the folder to make. */
  readonly to: string;
  /** Whether to replace a folder that is not empty. */
  readonly force: boolean;
  /** Name and version of this program. */
  readonly generator: string;
  /** One-line description of the model. */
  readonly title: string;
}

export interface PredictRequest {
  readonly type: 'predict';
  /** Path of a checkpoint. */
  readonly checkpoint: string;
  /** Paths of image files. */
  readonly images: readonly string[];
  /** Number of variants of each image to average over; 1: only the image. */
  readonly variants: number;
}

export interface EvaluateRequest {
  readonly type: 'evaluate';
  /** Path of a checkpoint. */
  readonly checkpoint: string;
  /** Absolute path of a dataset. */
  readonly path: string;
  /** How a table is read. Settings that are missing are those of the trial. */
  readonly reading: TableReading;
  /** As in `PredictRequest`. */
  readonly variants: number;
  /** Whether the trial trained on this dataset. */
  readonly isOwnDataset: boolean;
}

/** Main process -> child process: exactly one request. */
export type ResultsRequest = ExportRequest | PredictRequest | EvaluateRequest;

/** Child process -> main process. The last message is `exported`, `predicted`, `evaluated` or `failed`. */
export type ResultsReply =
  | { readonly type: 'exported'; readonly files: readonly string[] }
  /** Sent before all predictions. */
  | { readonly type: 'model'; readonly classNames: readonly string[]; readonly isMultiLabel: boolean }
  /** Prediction for `images[index]`. */
  | ({ readonly type: 'prediction'; readonly index: number } & Prediction)
  | { readonly type: 'predicted' }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'evaluated'; readonly evaluation: Evaluation }
  | { readonly type: 'failed'; readonly error: SerializedError; readonly isInput: boolean };

/** Probabilities [classes], or the reason why the image cannot be decoded. */
export type Prediction = { readonly probabilities: Float32Array } | { readonly reason: string };
