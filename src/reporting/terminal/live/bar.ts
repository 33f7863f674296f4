import type { ChalkInstance } from 'chalk';

/** A bar of `length` characters, filled to `share`, from 0 to 1. */
export function bar(share: number, length: number, style: ChalkInstance): string {
  const filled = Math.round(Math.max(0, Math.min(1, share)) * length);
  return style.cyan('━'.repeat(filled)) + style.dim('─'.repeat(length - filled));
}
