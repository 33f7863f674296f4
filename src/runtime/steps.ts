import { formatBytes } from '../core/format.js';
import { formatDuration } from './format.js';

/** Where words go: a terminal, a log, or a list in a test. */
export interface Screen {
  write(text: string): unknown;
  /** A bar is drawn on a terminal; elsewhere a line comes every tenth. */
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Tells how far the step at work is, in bytes. */
export type Advance = (doneBytes: number) => void;

/** Says in plain words what is being done, how far it is and how long it took. */
export interface Steps {
  /** Runs one step; `totalBytes` gives it a progress bar. */
  run<T>(title: string, work: (advance: Advance) => Promise<T>, totalBytes?: number): Promise<T>;
  say(line: string): void;
}

/** `now` is a clock in milliseconds. */
export function createSteps(screen: Screen, now: () => number): Steps {
  return {
    say: (line) => void screen.write(`${line}\n`),
    run: async (title, work, totalBytes) => {
      const begin = now();
      const display = screen.isTTY === true ? terminalStep(screen, title) : plainStep(screen, title);
      display.begin();
      let shown = begin;
      try {
        const result = await work((doneBytes) => {
          if (totalBytes === undefined) return;
          const at = now();
          const progress = { fraction: Math.min(1, doneBytes / totalBytes), doneBytes, ms: at - begin };
          if (at - shown < display.intervalMs) return;
          shown = at;
          display.advance(progress);
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
  /** Progress that comes sooner after the last one is not shown. */
  readonly intervalMs: number;
  begin(): void;
  advance(progress: Progress): void;
  end(ms: number): void;
  fail(): void;
}

function terminalStep(screen: Screen, title: string): StepDisplay {
  const redraw = (text: string): void => void screen.write(`\r\u001b[K${text}`);
  return {
    intervalMs: 100,
    begin: () => redraw(`${title} ...`),
    advance: (progress) => {
      const filled = Math.round(progress.fraction * BAR_WIDTH);
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
      redraw(`${title} ${bar} ${describe(progress)}`.slice(0, (screen.columns ?? 80) - 1));
    },
    end: (ms) => redraw(`${title}: ${formatDuration(ms)}\n`),
    fail: () => redraw(`${title}: failed\n`),
  };
}

function plainStep(screen: Screen, title: string): StepDisplay {
  let tenth = 0;
  return {
    intervalMs: 1000,
    begin: () => void screen.write(`${title} ...\n`),
    advance: (progress) => {
      const reached = Math.floor(progress.fraction * 10);
      if (reached <= tenth) return;
      tenth = reached;
      screen.write(`  ${describe(progress)}\n`);
    },
    end: (ms) => void screen.write(`  done in ${formatDuration(ms)}\n`),
    fail: () => void screen.write('  failed\n'),
  };
}

function describe({ fraction, doneBytes, ms }: Progress): string {
  const percent = String(Math.floor(fraction * 100)).padStart(3);
  const rate = ms > 0 ? `, ${formatBytes((doneBytes / ms) * 1000)}/s` : '';
  return `${percent}%  ${formatBytes(doneBytes)}${rate}`;
}
