import { constants, createReadStream, createWriteStream, mkdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { copyFile, rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { join } from 'node:path';
import { EnvironmentError } from '../../../core/errors.js';
import { versionOf, type FileState } from '../../schema/file-state.js';
import { messageOf } from '../../store-errors.js';
import { SNAPSHOT_PREFIX } from '../../schema/shown-state.js';

/** Room on the disk that a copy leaves to the process that records. */
const SPARE_BYTES = 128 * 2 ** 20;

/**
 * Copies of a database that another process writes. Runs in the query process: if the writing process itself opened and closed
 * its file a second time, POSIX would drop DuckDB's lock.
 */
export class SnapshotFolder {
  readonly #folder: string;
  #copy: { readonly path: string; readonly state: FileState } | undefined;
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether the last copy is of this state. */
  isOf({ version, logBytes }: FileState): boolean {
    const copied = this.#copy?.state;
    return copied?.version === version && copied.logBytes === logBytes;
  }

  /**
   * Copies what has changed since the last copy; the last copy is gone then. Returns the path of the new one.
   *
   * @throws {EnvironmentError} SNAPSHOT_FAILED: nothing of the copy is left
   */
  async take(state: FileState): Promise<string> {
    const path = join(this.#folder, `${SNAPSHOT_PREFIX}${++this.#count}.duckdb`);
    try {
      await this.#copyTo(path, state);
    } catch (error) {
      this.remove();
      throw snapshotFailed(state, error);
    }
    this.#copy = { path, state };
    return path;
  }

  /** Removes everything. */
  remove(): void {
    this.#copy = undefined;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #copyTo(path: string, state: FileState): Promise<void> {
    if (this.#copy?.state.version === state.version) {
      rmSync(`${this.#copy.path}.wal`, { force: true });
      await rename(this.#copy.path, path);
    } else {
      this.remove();
      mkdirSync(this.#folder, { mode: 0o700 });
      assertRoom(this.#folder, statSync(state.path).size + state.logBytes);
      await copyFile(state.path, path, constants.COPYFILE_FICLONE);
    }
    if (state.logBytes > 0) {
      const log = createReadStream(`${state.path}.wal`, { end: state.logBytes - 1 });
      await pipeline(log, createWriteStream(`${path}.wal`));
    }
    if (versionOf(state.path) !== state.version) throw new Error('it changed meanwhile');
  }
}

function assertRoom(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= bytes + SPARE_BYTES) return;
  throw new Error(`the disk has less than ${Math.ceil((bytes + SPARE_BYTES) / 2 ** 20)} MB left`);
}

function snapshotFailed({ path }: FileState, cause: unknown): EnvironmentError {
  return new EnvironmentError('SNAPSHOT_FAILED', `${path} could not be copied for the query: ${messageOf(cause)}`, {
    hint: 'The sweep goes on. Free some space on the disk of the database and ask again, or use sweep top, status and show.',
    cause,
  });
}
