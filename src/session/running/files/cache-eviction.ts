import type { EventSink, SweepEvent } from '../../../core/trial/events.js';
import { formatBytes, formatCounted } from '../../../core/format.js';
import { trimCache } from '../../../trainer/data/cache/cached-files.js';

export interface CacheEvictionOptions {
  readonly cacheDir: string;
  /** Largest total size of the files, in bytes. */
  readonly limitBytes: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called with a line about what was removed. */
  readonly say: (line: string) => void;
}

/** Least time between two evictions: listing the cache after each of many short trials would cost more than it saves. */
const INTERVAL_MS = 60_000;

/** Keeps the cache within its size limit while a sweep runs: removes the least recently used files at the start and after trials. */
export class CacheEviction implements EventSink {
  readonly #options: CacheEvictionOptions;
  #evictedAt = -Infinity;

  constructor(options: CacheEvictionOptions) {
    this.#options = options;
  }

  /** Removes files above the limit. A failure costs disk space but no result, so it is ignored. */
  async evict(): Promise<void> {
    const { cacheDir, limitBytes, now, say } = this.#options;
    this.#evictedAt = now();
    const removed = await trimCache(cacheDir, { limitBytes, now: now() }).catch(() => []);
    if (removed.length === 0) return;
    const bytes = removed.reduce((sum, file) => sum + file.bytes, 0);
    say(
      `the cache was above its limit of ${formatBytes(limitBytes)} (SWEEPWRIGHT_CACHE_LIMIT): ` +
        `removed ${formatCounted(removed.length, 'file')} (${formatBytes(bytes)}), least recently used first`,
    );
  }

  async emit({ type }: SweepEvent): Promise<void> {
    const isOver = type === 'trial-completed' || type === 'trial-stopped' || type === 'trial-failed';
    if (isOver && this.#options.now() - this.#evictedAt >= INTERVAL_MS) await this.evict();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
