import { painterOn, type PaintedTerminal } from './painter.js';
import { cutTo } from './text-width.js';

/** One line that is replaced in place while work goes on. */
export interface ProgressLine {
  show(text: string): void;
  /** Prints a line that stays. */
  say(text: string): void;
  /** Erases the line. */
  end(): void;
}

/** `process.stdout` or `process.stderr`, or a stand-in that is no terminal. */
export interface OutputStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface ProgressLineOptions {
  /** Where to write. Progress is shown on a terminal alone; elsewhere only the lines that stay are printed. */
  readonly stream: OutputStream;
  /** Milliseconds. */
  readonly now: () => number;
  /** Time between two texts at least; those in between are left out. @default 100 */
  readonly repaintMs?: number;
}

export function progressLine({ stream, now, repaintMs = 100 }: ProgressLineOptions): ProgressLine {
  const say = (text: string): void => void stream.write(`${text}\n`);
  if (!isTerminal(stream)) return { show: () => undefined, say, end: () => undefined };
  const painter = painterOn(stream);
  let text = '';
  let shownAt = -Infinity;
  return {
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

const isTerminal = (stream: OutputStream): stream is PaintedTerminal => stream.isTTY === true;
