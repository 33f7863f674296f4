import type { Reader } from '../../core/results/reader.js';
import { trialDetails } from '../reading/queries/trial-details.js';
import type { Writer } from '../recording/writer.js';
import { duckdb } from '../schema/duckdb.js';

/** What a user has written about a trial. */
export interface Annotations {
  readonly note: string | undefined;
  /** Sorted, none twice. */
  readonly tags: readonly string[];
}

export interface AnnotationChange {
  /** Replaces the note; an empty one removes it. Default: the note stays. */
  readonly note?: string;
  readonly addTags?: readonly string[];
  readonly removeTags?: readonly string[];
}

/** Changes the note and the tags of a trial; returns the new ones. @throws {InputError} UNKNOWN_TRIAL */
export async function annotateTrial(
  { writer, reader }: { readonly writer: Writer; readonly reader: Reader },
  trial: number,
  { note, addTags = [], removeTags = [] }: AnnotationChange,
): Promise<Annotations> {
  const before = await trialDetails(reader, trial);
  const removed = new Set(removeTags);
  const tags = [...new Set([...before.tags, ...addTags])].filter((tag) => !removed.has(tag)).sort();
  const after = { note: note === undefined ? before.note : note.trim() || undefined, tags };
  await writer.transaction((tx) =>
    tx.execute('update data.trials set note = $2::varchar, tags = $3::varchar[] where id = $1::integer', [
      trial,
      after.note ?? null,
      tags.length === 0 ? null : duckdb.listValue(tags),
    ]),
  );
  return after;
}
