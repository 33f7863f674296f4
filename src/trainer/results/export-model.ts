import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError, InputError } from '../../core/errors.js';
import { isMissing } from '../../platform/errno.js';
import { inferenceGraph } from './inference-graph.js';
import type { ExportRequest } from './messages.js';
import { modelCard } from './model-card.js';
import { toSavedModel } from './saved-model.js';
import { toTfjsGraphModel } from './tfjs-graph-model.js';
import { openTrainedModel } from './trained-model.js';

export type ExportOptions = Omit<ExportRequest, 'type'>;

/**
 * Exports a trial's model: the network with its weights, its input scaling and its softmax or sigmoid, `labels.json`, and a
 * README about the preparation of images. The folder is written atomically.
 *
 * @returns the names of the files
 * @throws InputError FOLDER_NOT_EMPTY, and the errors of `openTrainedModel`; EnvironmentError EXPORT_FAILED
 */
export async function exportModel(options: ExportOptions): Promise<string[]> {
  const { format, to, force, generator, title } = options;
  if (!force) await requireEmpty(to);
  const trained = openTrainedModel(options.checkpoint);
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
    if (isMissing(error)) return [];
    throw new InputError('FOLDER_NOT_EMPTY', `${folder} is not a folder, or cannot be read`, {
      hint: 'Choose a folder that does not exist yet.',
      cause: error,
    });
  });
  if (names.length === 0) return;
  throw new InputError('FOLDER_NOT_EMPTY', `${folder} is not empty`, {
    hint: 'Choose another folder, or replace its content with --force.',
  });
}

/** Writes to a temporary folder, then renames it. The previous content is removed at the end. */
async function writeFolder(folder: string, files: ReadonlyMap<string, string | Uint8Array>): Promise<void> {
  const draft = path.join(path.dirname(folder), `.${path.basename(folder)}.${randomUUID()}.part`);
  const old = `${draft}.old`;
  try {
    await mkdir(draft, { recursive: true });
    for (const [name, content] of files) await writeFile(path.join(draft, name), content, { flush: true });
    // An empty folder may be a mount point or a current directory, which cannot be removed: rename it then.
    await rmdir(folder).catch(() => rename(folder, old)).catch(ignoreMissing);
    await rename(draft, folder);
    await rm(old, { recursive: true, force: true });
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    await rename(old, folder).catch(ignoreMissing);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EnvironmentError('EXPORT_FAILED', `${folder} could not be written: ${reason}`, {
      hint: 'Free disk space, check permissions, or choose another folder.',
      cause,
    });
  }
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
