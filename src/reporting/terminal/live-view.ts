import type { ChalkInstance } from 'chalk';
import type { EventSink, SweepEvent } from '../../core/events.js';
import { eventLine } from './event-line.js';
import { drawFrame } from './frame.js';
import { SweepProgress, type SweepOutline } from './progress.js';

export interface LiveTerminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
}

export interface LiveViewOptions {
  readonly terminal: LiveTerminal;
  readonly style: ChalkInstance;
  readonly now: () => number;
  /** Time between two pictures. @default 125 */
  readonly repaintMs?: number;
}

/** What a sweep shows while it runs. */
export interface SweepView extends EventSink {
  /** A line that stays, whatever is painted below it. */
  line(text: string): void;
  /** Puts a word on what is going on in place of the best trial; `undefined` brings it back. */
  notice(text: string | undefined): void;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

/** A picture at the foot of the terminal, painted again and again; what is finished scrolls away above it. */
export function liveView(outline: SweepOutline, options: LiveViewOptions): SweepView {
  const { terminal, style, now, repaintMs = 125 } = options;
  const progress = new SweepProgress(outline);
  let painted = 0;
  let notice: string | undefined;
  let closed = false;

  // A key that the terminal echoes, `^C`, has moved the cursor: back to the first column before going up.
  const erase = (): string => (painted > 0 ? `\r\u001b[${painted}A\u001b[0J` : '');
  const paint = (above = ''): void => {
    const frame = drawFrame(progress, { now: now(), columns: terminal.columns, rows: terminal.rows, style, notice });
    terminal.write(`${erase()}${above}${frame.join('\n')}\n`);
    painted = frame.length;
  };
  const line = (text: string): void => {
    if (closed) terminal.write(`${text}\n`);
    else paint(`${text}\n`);
  };

  terminal.write(HIDE_CURSOR);
  paint();
  const timer = setInterval(paint, repaintMs);

  return {
    line,
    notice(text) {
      notice = text;
      if (!closed) paint();
    },
    emit(event: SweepEvent) {
      const text = eventLine(event, progress, style);
      progress.apply(event);
      if (text !== undefined) line(text);
      return Promise.resolve();
    },
    close() {
      if (closed) return Promise.resolve();
      closed = true;
      clearInterval(timer);
      terminal.write(`${erase()}${SHOW_CURSOR}`);
      return Promise.resolve();
    },
  };
}
