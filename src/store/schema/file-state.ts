import { statSync } from 'node:fs';

/** A database on disk at a moment between two commits: its file, and the write-ahead log beside it. */
export interface FileState {
  /** Absolute. */
  readonly path: string;
  /** Another one after each checkpoint: nothing else writes to the file. */
  readonly version: string;
  /** Length of the log after the latest commit. Until the next checkpoint the log only grows. */
  readonly logBytes: number;
}

export function versionOf(path: string): string {
  const { ino, size, mtimeNs } = statSync(path, { bigint: true });
  return `${ino}:${size}:${mtimeNs}`;
}
