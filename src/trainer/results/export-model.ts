import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError, InputError } from '../../core/errors.js';
import type { ExportFormat } from './export-formats.js';
import { inferenceGraph } from './inference-graph.js';
import { modelCard } from './model-card.js';
import { toSavedModel } from './saved-model.js';
import { toTfjsGraphModel } from './tfjs-graph-model.js';
import { openTrainedModel, type TrainedModelOptions } from './trained-model.js';

export interface ExportOptions extends TrainedModelOptions {
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

/**
 * Writes a trial's model for others to use: the network with its weights, its input scaling and the classifier's softmax,
 * `labels.json`, and a page on how images have to be prepared. The folder appears whole or not at all.
 *
 * @returns the names of the files
 * @throws InputError FOLDER_NOT_EMPTY, and what `openTrainedModel` throws; EnvironmentError EXPORT_FAILED
 */
export async function exportModel(options: ExportOptions): Promise<string[]> {
  const { format, to, force, generator, title } = options;
  if (!force) await requireEmpty(to);
  const trained = await openTrainedModel(options);
  try {
    const graph = inferenceGraph(trained);
    const files = new Map<string, string | Uint8Array>();
    if (format === 'savedmodel') files.set('saved_model.pb', toSavedModel(graph));
    else {
      const { model, shards } = toTfjsGraphModel(graph, { generator });
      files.set('model.json', JSON.stringify(model));
      for (const { name, bytes } of shards) files.set(name, bytes);
    }
    files.set('labels.json', `${JSON.stringify(trained.classNames, null, 2)}\n`);
    files.set('README.md', modelCard({ trained, format, title }));
    await writeFolder(to, files);
    return [...files.keys()];
  } finally {
    trained.close();
  }
}

async function requireEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new InputError('FOLDER_NOT_EMPTY', `${folder} is no folder that could be written to`, {
      hint: 'Name a folder that is not there yet.',
      cause: error,
    });
  });
  if (names.length === 0) return;
  throw new InputError('FOLDER_NOT_EMPTY', `${folder} is not empty`, {
    hint: 'Name another folder, or replace all that is in it with --force.',
  });
}

/** Under another name first; what was there before goes when all is written. */
async function writeFolder(folder: string, files: ReadonlyMap<string, string | Uint8Array>): Promise<void> {
  const draft = path.join(path.dirname(folder), `.${path.basename(folder)}.${randomUUID()}.part`);
  const old = `${draft}.old`;
  try {
    await mkdir(draft, { recursive: true });
    for (const [name, content] of files) await writeFile(path.join(draft, name), content, { flush: true });
    // An empty folder may be a mount or a current directory: it goes only if it can.
    await rmdir(folder).catch(() => rename(folder, old)).catch(ignoreMissing);
    await rename(draft, folder);
    await rm(old, { recursive: true, force: true });
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    await rename(old, folder).catch(ignoreMissing);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EnvironmentError('EXPORT_FAILED', `${folder} could not be written: ${reason}`, {
      hint: 'Make room or name another folder.',
      cause,
    });
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
