import type { ProgressLine } from '../../../core/progress-line.js';
import { painterOn, type PaintedTerminal } from './painter.js';
import { cutTo } from '../tables/text-width.js';

/** A line that is replaced in place on a terminal, at most every `repaintMs`; elsewhere only lines that stay are printed. */
export function progressLine({ stream, now, repaintMs = 100 }: ProgressLineOptions): ProgressLine {
  const say = (text: string): void => void stream.write(`${text}\n`);
  if (!isTerminal(stream)) return { isLive: false, show: () => undefined, say, end: () => undefined };
  const painter = painterOn(stream);
  let text = '';
  let shownAt = -Infinity;
  return {
    isLive: true,
    show(next) {
      text = cutTo(next, stream.columns);
      if (now() - shownAt < repaintMs) return;
      shownAt = now();
      painter.paint(text);
    },
    say(line) {
      if (text === '') say(line);
      else painter.paint(text, `${line}\n`);
    },
    end() {
      if (text !== '') painter.end();
      text = '';
      shownAt = -Infinity;
    },
  };
}

/** `process.stdout`, `process.stderr`, or a substitute that is not a terminal. */
export interface OutputStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface ProgressLineOptions {
  readonly stream: OutputStream;
  /** Milliseconds. */
  readonly now: () => number;
  /** Least time between two texts; those in between are dropped. @default 100 */
  readonly repaintMs?: number;
}

const isTerminal = (stream: OutputStream): stream is PaintedTerminal => stream.isTTY === true;
