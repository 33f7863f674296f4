import { open } from 'node:fs/promises';

/**
 * Resolves when a file, or the names in a folder, would be there after a power cut. A file that was made, renamed or linked
 * needs both: itself synced, and its folder.
 */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
