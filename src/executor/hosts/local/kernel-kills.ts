import { readFileSync } from 'node:fs';

/**
 * How many processes Linux has killed since it started because memory ran out (those of containers included). Before and
 * after: that tells its kills from anyone else's, which end a process by the same signal. 0 where it cannot be read.
 */
export function countKernelKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
