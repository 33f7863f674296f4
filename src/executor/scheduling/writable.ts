import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

const PROBE_BYTES = 2 ** 20;

/** Whether a folder exists and has room for a megabyte; checked before a trial that failed with a full disk is tried again. */
export async function isWritable(folder: string): Promise<boolean> {
  const probe = join(folder, `.probe-${process.pid}`);
  try {
    const file = await open(probe, 'w');
    try {
      await file.writeFile(Buffer.alloc(PROBE_BYTES));
      await file.sync();
    } finally {
      await file.close();
    }
    return true;
  } catch {
    return false;
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}
