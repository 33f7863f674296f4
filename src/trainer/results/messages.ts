import type { SerializedError } from '../../core/errors.js';

/** `tfjs`: a graph model of TensorFlow.js; `savedmodel`: a TensorFlow SavedModel. */
export const EXPORT_FORMATS = ['tfjs', 'savedmodel'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportRequest {
  readonly type: 'export';
  /** Path of a checkpoint. */
  readonly checkpoint: string;
  readonly format: ExportFormat;
  /** Absolute path of the folder to make. */
  readonly to: string;
  /** Replace a folder that holds something. */
  readonly force: boolean;
  /** Name and version of this program. */
  readonly generator: string;
  /** What the model is, in a line. */
  readonly title: string;
}

export interface PredictRequest {
  readonly type: 'predict';
  /** Path of a checkpoint. */
  readonly checkpoint: string;
  /** Paths of image files. */
  readonly images: readonly string[];
  /** How many variants of each image to average over; 1: the image alone. */
  readonly variants: number;
}

/** Main process -> the process that asks a model; one each. */
export type ResultsRequest = ExportRequest | PredictRequest;

/** The other way. One of `exported`, `predicted` and `failed` is the last. */
export type ResultsReply =
  | { readonly type: 'exported'; readonly files: readonly string[] }
  /** Before all predictions. */
  | { readonly type: 'model'; readonly classNames: readonly string[]; readonly isMultiLabel: boolean }
  /** Of `images[index]`. */
  | ({ readonly type: 'prediction'; readonly index: number } & Prediction)
  | { readonly type: 'predicted' }
  | { readonly type: 'failed'; readonly error: SerializedError; readonly isInput: boolean };

/** A probability for each class, or why there is none. */
export type Prediction = { readonly probabilities: Float32Array } | { readonly reason: string };
