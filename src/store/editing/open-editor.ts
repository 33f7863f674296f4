import { resolve } from 'node:path';
import { InputError } from '../../core/errors.js';
import type { Reader } from '../../core/results/reader.js';
import { openWriter, readerOf, refreshViews } from '../recording/open-writer.js';
import { existsAsFile } from '../schema/database-file.js';
import { annotateTrial, type Annotations, type AnnotationChange } from './annotate-trial.js';
import { deleteResults } from './delete-results.js';
import type { Doomed } from './doomed-results.js';
import { renameSweep } from './rename-sweep.js';

/** A database that is open for changes by hand. No trial runs meanwhile, and interrupted trials stay as they are. */
export interface Editor {
  readonly reader: Reader;
  /** @throws {InputError} UNKNOWN_TRIAL */
  annotate(trial: number, change: AnnotationChange): Promise<Annotations>;
  /** @throws {InputError} UNKNOWN_SWEEP, NO_SWEEPS, SWEEP_EXISTS */
  rename(sweep: string, name: string): Promise<void>;
  delete(doomed: Doomed): Promise<void>;
  /** Safe to call twice. */
  close(): Promise<void>;
}

export interface EditorOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How long to wait for a command that reads the file, in milliseconds. @default 5000 */
  readonly waitMs?: number;
}

/**
 * Opens a database for changes by hand.
 *
 * @throws {InputError} NO_DATABASE, NOT_A_DATABASE
 * @throws {StoreLockedError} while a sweep runs on it
 * @throws {EnvironmentError} STORE_UNWRITABLE, STORE_TOO_NEW, STORE_DAMAGED
 */
export async function openEditor(path: string, { now, waitMs = 5_000 }: EditorOptions): Promise<Editor> {
  const file = resolve(path);
  if (!existsAsFile(file)) throw new InputError('NO_DATABASE', `there are no results yet: ${path} does not exist`);
  const writer = await openWriter(file, now(), waitMs);
  const reader = readerOf(writer);
  try {
    await refreshViews(writer);
  } catch (error) {
    await writer.close();
    throw error;
  }
  return {
    reader,
    annotate: (trial, change) => annotateTrial({ writer, reader }, trial, change),
    rename: (sweep, name) => renameSweep({ writer, reader }, sweep, name),
    delete: (doomed) => deleteResults(writer, doomed, now()),
    close: () => writer.close(),
  };
}
