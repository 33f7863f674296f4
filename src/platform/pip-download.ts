import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runProgram, type ProgramOutcome } from './run-program.js';

export interface PipDownloadOptions {
  /** Where the wheel is put. pip's temporary files lie there, too, so the folder should be empty. */
  readonly folder: string;
  /** More arguments of `pip download`, such as the platform. Default: none. */
  readonly options?: readonly string[];
  /** Default: the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** Called five times a second with the bytes that have arrived. */
  readonly onProgress?: (bytes: number) => void;
}

/**
 * Downloads one package from the index that pip is configured for, without its dependencies.
 *
 * @param requirement - `name==version`
 * @throws the signal's reason when it is aborted
 */
export async function pipDownload(
  requirement: string,
  { folder, options = [], env = process.env, signal, onProgress }: PipDownloadOptions,
): Promise<ProgramOutcome> {
  const done = new AbortController();
  const watching = onProgress && watchGrowth(folder, onProgress, done.signal);
  const args = ['-m', 'pip', 'download', requirement, '--dest', folder, '--no-deps', ...options, ...QUIET];
  // Old versions of pip print no progress that a program can read, so the size of the growing file is measured.
  const outcome = await runProgram('python3', args, { env: { ...env, TMPDIR: folder }, signal }).finally(() =>
    done.abort(),
  );
  await watching;
  return outcome;
}

const QUIET = ['--no-cache-dir', '--disable-pip-version-check', '--progress-bar', 'off'];
const WATCH_MS = 200;

/** The largest file under `folder` is the wheel: first in pip's temporary folder, then in `folder` itself. */
async function watchGrowth(folder: string, advance: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    advance(await largestFile(folder));
    await delay(WATCH_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function largestFile(folder: string): Promise<number> {
  let largest = 0;
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    // pip may have moved the file in between.
    const size = await stat(path.join(entry.parentPath, entry.name)).then(
      (stats) => stats.size,
      () => 0,
    );
    largest = Math.max(largest, size);
  }
  return largest;
}
