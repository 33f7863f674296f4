import { formatBytes, formatDuration } from '../../core/format.js';
import type { ProgressLine } from '../../core/progress-line.js';

/** Reports how many bytes of the current step are done. */
export type Advance = (doneBytes: number) => void;

/** Prints what a set-up does, how far it is, and how long each step took. */
export interface Steps {
  /** Runs one step; `totalBytes` gives it a progress bar. */
  run<T>(title: string, work: (advance: Advance) => Promise<T>, totalBytes?: number): Promise<T>;
  say(line: string): void;
}

/**
 * @param line - shows a bar where it is live; elsewhere a line comes every tenth
 * @param now - a clock in milliseconds
 */
export function createSteps(line: ProgressLine, now: () => number): Steps {
  return {
    say: (text) => line.say(text),
    run: async (title, work, totalBytes) => {
      const begin = now();
      const display = line.isLive ? liveStep(line, title) : plainStep(line, title);
      display.begin();
      let shown = begin;
      try {
        const result = await work((doneBytes) => {
          if (totalBytes === undefined) return;
          const at = now();
          if (at - shown < display.intervalMs) return;
          shown = at;
          display.advance({ fraction: Math.min(1, doneBytes / totalBytes), doneBytes, ms: at - begin });
        });
        display.end(now() - begin);
        return result;
      } catch (error) {
        display.fail();
        throw error;
      }
    },
  };
}

const BAR_WIDTH = 24;

interface Progress {
  readonly fraction: number;
  readonly doneBytes: number;
  readonly ms: number;
}

interface StepDisplay {
  /** Least time between two calls of `advance`. */
  readonly intervalMs: number;
  begin(): void;
  advance(progress: Progress): void;
  end(ms: number): void;
  fail(): void;
}

function liveStep(line: ProgressLine, title: string): StepDisplay {
  const finish = (text: string): void => {
    line.end();
    line.say(`${title}: ${text}`);
  };
  return {
    intervalMs: 100,
    begin: () => line.show(`${title} ...`),
    advance: (progress) => {
      const filled = Math.round(progress.fraction * BAR_WIDTH);
      line.show(`${title} ${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${describe(progress)}`);
    },
    end: (ms) => finish(formatDuration(ms / 1000)),
    fail: () => finish('failed'),
  };
}

function plainStep(line: ProgressLine, title: string): StepDisplay {
  let tenth = 0;
  return {
    intervalMs: 1000,
    begin: () => line.say(`${title} ...`),
    advance: (progress) => {
      const reached = Math.floor(progress.fraction * 10);
      if (reached <= tenth) return;
      tenth = reached;
      line.say(`  ${describe(progress)}`);
    },
    end: (ms) => line.say(`  done in ${formatDuration(ms / 1000)}`),
    fail: () => line.say('  failed'),
  };
}

function describe({ fraction, doneBytes, ms }: Progress): string {
  const percent = String(Math.floor(fraction * 100)).padStart(3);
  const rate = ms > 0 ? `, ${formatBytes((doneBytes / ms) * 1000)}/s` : '';
  return `${percent}%  ${formatBytes(doneBytes)}${rate}`;
}
