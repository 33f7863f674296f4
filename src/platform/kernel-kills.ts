import { readFileSync } from 'node:fs';

/**
 * How many processes Linux has killed since boot because memory ran out, in containers too. A count that rises while a host runs
 * tells such a kill from others, which use the same signal. 0 where the count cannot be read.
 */
export function countKernelKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
