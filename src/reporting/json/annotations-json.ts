import { jsonText } from './json-text.js';

/** What a user has written about a trial, for programs: docs/json/note.schema.json. */
export const annotationsJson = ({
  trial,
  note,
  tags,
}: {
  readonly trial: number;
  readonly note: string | undefined;
  readonly tags: readonly string[];
}): string => jsonText({ trial, note: note ?? null, tags });
