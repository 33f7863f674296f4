import { copyFile, link, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMissing } from '../../platform/errno.js';
import { replaceFile, syncPath } from '../../platform/replace-file.js';
import type { Adoption, SweepHandle } from '../../store/sweep-handle.js';
import type { Continuation } from './continuations.js';

/**
 * Starts trials with the epochs of the shorter trials that they continue from. Places the checkpoints first and writes the rows
 * after that, so that a crash in between starts nothing. Returns the trials that were started; a trial whose checkpoint file is
 * missing is left out and starts from its first epoch.
 */
export async function continueTrials(
  continuations: readonly Continuation[],
  { handle, root }: { readonly handle: Pick<SweepHandle, 'adopt' | 'nextTrialId'>; readonly root: string },
): Promise<readonly Adoption[]> {
  const placed: Continuation[] = [];
  for (const one of continuations) {
    if (await placeFile(join(root, one.sourceKey, one.file), join(root, one.trial.key, one.file))) placed.push(one);
  }
  const adoptions = placed.map(({ trial, source, epochs }) => {
    return { trial: { ...trial, id: handle.nextTrialId() }, source, epochs };
  });
  await handle.adopt(adoptions);
  return adoptions;
}

/** Links or copies a finished file. Returns whether the file exists. */
async function placeFile(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true });
  await rm(to, { force: true });
  try {
    await link(from, to);
  } catch (error) {
    if (isMissing(error)) return false;
    // The file system has no hard links, or the file has reached their maximum number.
    await replaceFile(to, (draft) => copyFile(from, draft));
  }
  await syncPath(dirname(to));
  await syncPath(dirname(dirname(to)));
  return true;
}
