import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

const WATCH_MS = 50;

/**
 * Limits the memory of this process for good: more than `bytes` cannot be allocated, so C++ code throws `bad_alloc`. Should the
 * machine itself run out of memory, the kernel kills this process first. Without `prlimit` (it belongs to util-linux), a timer
 * calls `onExceeded` when the process holds more.
 */
export async function limitMemory(bytes: number, onExceeded: () => void): Promise<void> {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
    await promisify(execFile)('prlimit', ['--pid', String(process.pid), `--data=${Math.floor(bytes)}`]);
  } catch {
    const look = (): void => {
      if (process.memoryUsage.rss() > bytes) onExceeded();
    };
    setInterval(look, WATCH_MS).unref();
  }
}
