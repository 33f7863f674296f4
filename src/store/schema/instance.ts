import { realpathSync } from 'node:fs';
import { InputError } from '../../core/errors.js';
import { existsAsFile } from './database-file.js';
import { duckdb, type DuckDBInstance } from './duckdb.js';
import { storeError } from '../store-errors.js';

/** `snapshot`: read a copy of a database while a sweep runs. */
export type Access = 'write' | 'read' | 'snapshot';

/** What DuckDB may use. Beside a training process that is little. */
const RESOURCES = {
  // Recording runs many small statements: a second thread costs more than it saves.
  write: { access_mode: 'READ_WRITE', memory_limit: '256MB', max_temp_directory_size: '1GB', threads: '1' },
  read: { access_mode: 'READ_ONLY', memory_limit: '1GB', max_temp_directory_size: '8GB', threads: '2' },
  snapshot: { access_mode: 'READ_ONLY', memory_limit: '512MB', max_temp_directory_size: '1GB', threads: '1' },
} as const;

/**
 * Opens an existing database file. Queries cannot reach other files, load extensions or change settings. With access `write`,
 * memory and threads are limited, because training runs on the same machine.
 *
 * While this process has the file open, no other code of the process may open and close it: POSIX would drop DuckDB's lock.
 *
 * @throws {StoreLockedError} if another process has it open
 * @throws {EnvironmentError} STORE_UNWRITABLE, STORE_DAMAGED, STORE_TOO_NEW
 * @throws {InputError} NOT_A_DATABASE
 */
export async function openInstance(path: string, access: Access): Promise<DuckDBInstance> {
  if (!existsAsFile(path)) throw new InputError('NO_DATABASE', `${path} does not exist`);
  try {
    // From the cache: the file's lock does not stop a second opening by the same process, which would damage the file.
    const instance = await duckdb.DuckDBInstance.fromCache(realpathSync(path), {
      ...RESOURCES[access],
      // A failed checkpoint makes the instance unusable, so the writer chooses the time.
      wal_autocheckpoint: '1TB',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
      enable_external_access: 'false',
    });
    const connection = await instance.connect();
    await connection.run("SET GLOBAL TimeZone = 'UTC'; SET GLOBAL lock_configuration = true");
    connection.closeSync();
    return instance;
  } catch (error) {
    throw storeError(path, error);
  }
}
