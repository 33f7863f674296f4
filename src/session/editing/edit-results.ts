import { InputError } from '../../core/errors.js';
import type { TrialReference } from '../../core/trial/trial-reference.js';
import type { AnnotationChange, Annotations } from '../../store/editing/annotate-trial.js';
import { resolveTrial } from '../../store/reading/queries/resolve-trial.js';
import { withEditor } from './with-editor.js';

interface EditRequest {
  /** Path of the database. */
  readonly db: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Changes the note and the tags of a trial. Throws as `openEditor`, `resolveTrial` and `annotateTrial` do. */
export const annotateTrial = (
  { db, now }: EditRequest,
  reference: TrialReference,
  change: AnnotationChange,
): Promise<Annotations & { readonly trial: number }> =>
  withEditor(db, now, async (editor) => {
    const trial = await resolveTrial(editor.reader, reference);
    return { trial, ...(await editor.annotate(trial, change)) };
  });

/**
 * Gives a sweep another name. Throws as `openEditor` and `renameSweep` do.
 *
 * @throws {InputError} NAME_EMPTY
 */
export async function renameSweep({ db, now }: EditRequest, sweep: string, name: string): Promise<void> {
  if (name.trim() === '') throw new InputError('NAME_EMPTY', 'the name of a sweep needs a letter');
  await withEditor(db, now, (editor) => editor.rename(sweep, name));
}
