import { copyFile, link, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMissing } from '../../platform/errno.js';
import { replaceFile, syncPath } from '../../platform/replace-file.js';
import type { Adoption, SweepHandle } from '../../store/sweep-handle.js';
import type { Continuation } from './continuations.js';

/**
 * Begins trials with the epochs of the shorter ones that they go on from. The checkpoints come first and the rows after them, so
 * that what dies in between has begun nothing. Returns those that were begun: one whose checkpoint is not where it should be is
 * to start from its beginning.
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

/** Gives a file, which nobody writes to any more, a second name, or makes a copy; whether there is such a file. */
async function placeFile(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true });
  await rm(to, { force: true });
  try {
    await link(from, to);
  } catch (error) {
    if (isMissing(error)) return false;
    // A file system without links, or a file that has as many as it can.
    await replaceFile(to, (draft) => copyFile(from, draft));
  }
  await syncPath(dirname(to));
  await syncPath(dirname(dirname(to)));
  return true;
}
