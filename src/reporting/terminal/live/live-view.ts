import type { ChalkInstance } from 'chalk';
import type { EventSink, SweepEvent } from '../../../core/trial/events.js';
import { eventLine } from './event-line.js';
import { drawFrame } from './frame.js';
import type { SweepOutline } from '../../../core/trial/sweep-session.js';
import { painterOn, type PaintedTerminal } from './painter.js';
import { SweepProgress } from './sweep-progress.js';

export interface LiveViewOptions {
  readonly terminal: PaintedTerminal;
  readonly style: ChalkInstance;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Time between two frames. @default 125 */
  readonly repaintMs?: number;
}

/** What a sweep shows while it runs. */
export interface SweepView extends EventSink {
  /** Prints a line that stays. */
  line(text: string): void;
  /** Shows a message, such as an interruption, instead of the best trial. `undefined` shows the best trial again. */
  notice(text: string | undefined): void;
}

/** The progress of a sweep at the foot of the terminal, repainted in place; lines about finished trials scroll away above it. */
export function liveView(outline: SweepOutline, options: LiveViewOptions): SweepView {
  const { terminal, style, now, repaintMs = 125 } = options;
  const progress = new SweepProgress(outline);
  const painter = painterOn(terminal);
  let notice: string | undefined;
  let closed = false;

  const paint = (above?: string): void => {
    const { columns, rows } = terminal;
    painter.paint(drawFrame(progress, { now: now(), columns, rows, style, notice }).join('\n'), above);
  };
  const line = (text: string): void => {
    if (closed) terminal.write(`${text}\n`);
    else paint(`${text}\n`);
  };
  const repaint = (): void => paint();

  paint();
  const timer = setInterval(repaint, repaintMs);
  terminal.on('resize', repaint);

  return {
    line,
    notice(text) {
      notice = text;
      // Empty text above, because the terminal may have echoed a key, `^C`, below the frame: all of it is painted anew.
      if (!closed) paint('');
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
      terminal.off('resize', repaint);
      painter.end();
      return Promise.resolve();
    },
  };
}
