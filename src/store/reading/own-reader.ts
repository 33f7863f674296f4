import type { Reader } from '../../core/results/reader.js';
import { openInstance, type Access } from '../schema/instance.js';
import { assertReadable } from '../schema/migrations.js';
import { NO_LIMITS, type QueryLimits } from './query-limits.js';
import { SelectRunner } from './select-runner.js';

/** Opens a database file read-only in this process. Errors: see `openInstance` and `assertReadable`. */
export async function openReader(
  path: string,
  { access = 'read', limits = NO_LIMITS }: { readonly access?: Access; readonly limits?: QueryLimits } = {},
): Promise<Reader> {
  const instance = await openInstance(path, access);
  const runner = new SelectRunner(path, () => instance);
  let open = true;
  const close = async (): Promise<void> => {
    if (!open) return;
    open = false;
    await runner.close();
    instance.closeSync();
  };
  const connection = await instance.connect();
  try {
    await assertReadable(connection, path);
  } catch (error) {
    await close();
    throw error;
  } finally {
    connection.closeSync();
  }
  return { holder: undefined, query: (sql, values, signal) => runner.query(sql, { values, signal, limits }), close };
}
