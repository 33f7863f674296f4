import { resolve } from 'node:path';
import type { ExportFormat } from '../../core/trainer/export-format.js';
import type { TrialReference } from '../../core/trial/trial-reference.js';
import { VERSION } from '../version.js';
import { findKeptModel } from './kept-model.js';
import { askModel } from './results-process.js';

export interface ExportModelOptions {
  /** Path of the database that has the trial. */
  readonly db: string;
  readonly trial: TrialReference;
  /** Folder to make. */
  readonly to: string;
  readonly format: ExportFormat;
  /** Replace the folder where it holds something. */
  readonly force: boolean;
}

export interface ExportedModel {
  /** Sweep and trial: `birds, trial 3`. */
  readonly title: string;
  readonly trial: number;
  readonly epoch: number;
  /** Whether the epoch is the trial's best in some sweep. If not, it is the last one that is kept. */
  readonly best: boolean;
  /** Absolute path of the folder. */
  readonly folder: string;
  /** Names of the files in it. */
  readonly files: readonly string[];
}

/** Writes a trial's model for TensorFlow.js or TensorFlow. Throws as `findKeptModel` and `askModel` do. */
export async function exportModel({ db, trial, to, format, force }: ExportModelOptions): Promise<ExportedModel> {
  const { checkpoint, epoch, best, title, trial: number } = await findKeptModel(db, trial);
  const folder = resolve(to);
  let files: readonly string[] = [];
  const request = { type: 'export', checkpoint, format, to: folder, force, title } as const;
  // Tracing computes one image: the CPU is always there, and the graph is the same.
  await askModel({ ...request, generator: `sweepwright ${VERSION}` }, { kind: 'cpu', index: 0 }, (reply) => {
    if (reply.type === 'exported') files = reply.files;
  });
  return { title, trial: number, epoch, best, folder, files };
}
