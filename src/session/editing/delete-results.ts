import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../core/errors.js';
import type { Deletion } from '../../core/reports/deletion.js';
import type { Reader } from '../../core/results/reader.js';
import { readTrialReference } from '../../core/trial/trial-reference.js';
import { doomedSweep, doomedTrial, type Doomed } from '../../store/editing/doomed-results.js';
import { resolveTrial } from '../../store/reading/queries/resolve-trial.js';
import { hasSweep } from '../../store/reading/queries/sweep-names.js';
import { resultFolders } from '../result-folders.js';
import { withEditor } from './with-editor.js';

export interface DeletionRequest {
  /** Path of the database. */
  readonly db: string;
  /** Name of a sweep, or a trial as `readTrialReference` reads it. */
  readonly target: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Asks the user. The database is closed meanwhile. */
  readonly confirm: (deletion: Deletion) => Promise<boolean>;
}

/**
 * Deletes a sweep with the trials that no other sweep has, or one trial, with their checkpoints. The files are removed first: if
 * the process dies in between, the rows stay and the same command goes on.
 *
 * @returns `undefined` if the user does not confirm
 * @throws as `openEditor` and `resolveTrial` do; {InputError} UNKNOWN_SWEEP, UNKNOWN_TRIAL, AMBIGUOUS_NAME
 */
export async function deleteResults({ db, target, now, confirm }: DeletionRequest): Promise<Deletion | undefined> {
  const { checkpointRoot } = resultFolders(db);
  const deletion = await withEditor(db, now, async ({ reader }) =>
    deletionOf(await findDoomed(reader, target), checkpointRoot),
  );
  if (!(await confirm(deletion))) return undefined;
  return withEditor(db, now, async (editor) => {
    const doomed = await findDoomed(editor.reader, target);
    const done = await deletionOf(doomed, checkpointRoot);
    for (const { key } of doomed.trials) await rm(join(checkpointRoot, key), { recursive: true, force: true });
    await editor.delete(doomed);
    return done;
  });
}

async function findDoomed(reader: Reader, target: string): Promise<Doomed> {
  const reference = readTrialReference(target);
  if (reference === undefined) return doomedSweep(reader, target);
  if (await hasSweep(reader, target)) {
    throw new InputError('AMBIGUOUS_NAME', `"${target}" names a trial, and a sweep has this name, too`, {
      hint: `Give the sweep another name first: sweep rename ${target} NAME`,
    });
  }
  return doomedTrial(reader, await resolveTrial(reader, reference));
}

async function deletionOf({ sweep, trials, sweeps, shared, rows }: Doomed, root: string): Promise<Deletion> {
  let [files, bytes] = [0, 0];
  for (const { key } of trials) {
    const folder = join(root, key);
    for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
      const found = await stat(join(folder, name)).catch(() => undefined);
      if (!found?.isFile()) continue;
      files += 1;
      bytes += found.size;
    }
  }
  return { sweep: sweep?.name, trials: trials.map(({ id }) => id), sweeps, shared, rows, files, bytes };
}
