import type { Writable } from 'node:stream';
import { widthOf } from '../tables/text-width.js';

/** A terminal to paint on, such as `process.stdout`; its size may change at any time. */
export type PaintedTerminal = Writable & { readonly columns: number; readonly rows: number };

/** Text at the foot of a terminal that is replaced in place, while lines above it stay. */
export interface Painter {
  /** Replaces the text. No line may be wider than the terminal. `above`: text that stays, from now on above the painted one. */
  paint(text: string, above?: string): void;
  /** Erases the text and shows the cursor again. The painter can go on afterwards. */
  end(): void;
}

/** Lines above the text that can be written again. No screen shows more of them. */
const KEPT = 200;

/**
 * Paints all of the text each time, from its first row on. A terminal that becomes narrower wraps what is on it, and tmux tells of it
 * only afterwards, when the text may have been painted in the wrong place: then the whole screen is written again.
 */
export function painterOn(terminal: PaintedTerminal): Painter {
  let painted: readonly string[] = [];
  let { columns, rows: height } = terminal;
  /** Whether remains of the text may be in the history, from where a terminal that grows takes them back. */
  let isSpoilt = false;
  const kept: string[] = [];
  const showCursor = (): void => void terminal.write(SHOW_CURSOR);
  const rowsOf = (lines: readonly string[]): number =>
    lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / Math.max(1, terminal.columns))), 0);

  /** Erases the painted rows, and what was echoed below them. */
  const repaint = (text: string): string => {
    const rows = rowsOf(painted);
    const up = rows > 0 ? `\u001b[${rows}A` : '';
    return `\r${up}${text === '' ? ERASE_ROWS : erasing(text)}`;
  };
  /** Clears the screen and writes the latest lines above the text as far as there is room. */
  const rewrite = (lines: readonly string[], text: string): string => {
    let from = kept.length;
    for (let room = terminal.rows - 1 - rowsOf(lines); from > 0; from--) {
      room -= rowsOf([kept[from - 1]!]);
      if (room < 0) break;
    }
    return clearScreen(terminal.rows) + kept.slice(from).map(asRow).join('') + text;
  };
  /** One write, so that no state in between is seen. */
  const replace = (lines: readonly string[], above: string, cursor: string): void => {
    const text = lines.map(asRow).join('');
    if (above !== '') kept.push(...above.trimEnd().split('\n'));
    kept.splice(0, kept.length - KEPT);
    isSpoilt ||= terminal.columns < columns && painted.length > 0;
    const isResized = terminal.columns !== columns || terminal.rows !== height;
    terminal.write(`${BEGIN}${cursor}${isSpoilt && isResized ? rewrite(lines, text) : repaint(above + text)}${END}`);
    painted = lines;
    ({ columns, rows: height } = terminal);
  };
  return {
    paint: (text, above) => {
      const lines = text.split('\n');
      const isSame = lines.length === painted.length && lines.every((line, index) => line === painted[index]);
      const isSameSize = columns === terminal.columns && height === terminal.rows;
      if (isSame && above === undefined && isSameSize) return;
      if (painted.length === 0) process.once('exit', showCursor);
      replace(lines, above ?? '', HIDE_CURSOR);
    },
    end: () => {
      if (painted.length === 0) return;
      process.off('exit', showCursor);
      replace([], '', SHOW_CURSOR);
    },
  };
}

/** Row by row: a screen that is cleared at once goes to the history of some terminals, with all that is wrong on it. */
const clearScreen = (rows: number): string => `${HOME}${'\u001b[2K\u001b[1B'.repeat(rows)}${HOME}`;

const HOME = '\u001b[H';

const asRow = (line: string): string => `${line}\n`;

/**
 * Text that erases all rows below its first one. tmux takes what is erased from the top of the screen on for a screen that is worth
 * keeping, and moves it to its history: so the first row is erased by itself.
 */
function erasing(text: string): string {
  const first = text.indexOf('\n') + 1;
  return `${text.slice(0, first - 1)}${ERASE_REST_OF_ROW}\n${ERASE_BELOW}${text.slice(first)}`;
}

const ERASE_REST_OF_ROW = '\u001b[K';
const ERASE_BELOW = '\u001b[J';
/** The cursor's row, then all below it. */
const ERASE_ROWS = `${ERASE_REST_OF_ROW}\u001b[1B${ERASE_BELOW}\u001b[1A`;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
/** Synchronized output: a terminal that knows it shows what is between at once; others ignore it. */
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';
