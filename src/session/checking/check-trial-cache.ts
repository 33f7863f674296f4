import type { CheckResult } from '../../core/reports/check-result.js';
import { formatBytes } from '../../core/format.js';
import { listCachedFiles } from '../../trainer/data/cache/cached-files.js';

/** The size of the cache that trials share, by kind of file, and its limit. */
export async function checkTrialCache(cacheDir: string, limitBytes: number): Promise<readonly CheckResult[]> {
  const files = await listCachedFiles(cacheDir);
  const bytesOf = (wanted: readonly (typeof files)[number][]): number =>
    wanted.reduce((sum, { bytes }) => sum + bytes, 0);
  const kinds = [...new Set(files.map(({ kind }) => kind))].map(
    (kind) => `${kind} ${formatBytes(bytesOf(files.filter((file) => file.kind === kind)))}`,
  );
  const limit = Number.isFinite(limitBytes) ? `of at most ${formatBytes(limitBytes)}` : 'without a limit';
  const parts = kinds.length === 0 ? '' : ` (${kinds.join(', ')})`;
  return [
    { name: 'Trial cache', status: 'ok', detail: `${formatBytes(bytesOf(files))} ${limit} in ${cacheDir}${parts}` },
  ];
}
