import type { EventSink, SweepEvent } from '../../core/events.js';
import { formatBytes, formatCounted } from '../../core/format.js';
import { trimCache } from '../../trainer/data/cache/cached-files.js';

export interface CacheKeeperOptions {
  readonly cacheDir: string;
  /** What the files may take up together. */
  readonly limitBytes: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told what was removed. */
  readonly say: (line: string) => void;
}

/** Looking at the whole cache after each of many short trials would cost more than it saves. */
const INTERVAL_MS = 60_000;

/** Keeps the cache within its limit while a sweep runs: looks when it begins, and after trials. */
export class CacheKeeper implements EventSink {
  readonly #options: CacheKeeperOptions;
  #lookedAt = -Infinity;

  constructor(options: CacheKeeperOptions) {
    this.#options = options;
  }

  /** A cache that cannot be looked at, or a file that cannot be removed, costs space and no result. */
  async tidy(): Promise<void> {
    const { cacheDir, limitBytes, now, say } = this.#options;
    this.#lookedAt = now();
    const removed = await trimCache(cacheDir, { limitBytes, now: now() }).catch(() => []);
    if (removed.length === 0) return;
    const bytes = removed.reduce((sum, file) => sum + file.bytes, 0);
    say(
      `the cache was above its limit of ${formatBytes(limitBytes)} (SWEEPWRIGHT_CACHE_LIMIT): ` +
        `removed ${formatCounted(removed.length, 'file')} of ${formatBytes(bytes)} that had not been used for longest`,
    );
  }

  async emit({ type }: SweepEvent): Promise<void> {
    const isOver = type === 'trial-completed' || type === 'trial-stopped' || type === 'trial-failed';
    if (isOver && this.#options.now() - this.#lookedAt >= INTERVAL_MS) await this.tidy();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
