import type { Writable } from 'node:stream';
import { createLogUpdate } from 'log-update';
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

export function painterOn(terminal: PaintedTerminal): Painter {
  const update = createLogUpdate(terminal);
  let painted: readonly string[] = [];
  let columns = terminal.columns;

  /** A narrower terminal has wrapped the lines that are on it: the rows more than lines are erased first. */
  const eraseWrapped = (): void => {
    if (terminal.columns < columns) {
      const rows = painted.map((line) => Math.max(1, Math.ceil(widthOf(line) / terminal.columns)));
      const more = rows.reduce((sum, count) => sum + count, 0) - painted.length;
      terminal.write(ERASE_ROW_ABOVE.repeat(more));
    }
    columns = terminal.columns;
  };
  /** One write for all that belongs together, so that no state in between is seen. */
  const atOnce = (write: () => void): void => {
    terminal.cork();
    write();
    terminal.uncork();
  };
  return {
    paint: (text, above) =>
      atOnce(() => {
        eraseWrapped();
        if (above !== undefined) {
          update.clear();
          terminal.write(above);
        }
        update(text);
        painted = text.split('\n');
      }),
    end: () =>
      atOnce(() => {
        eraseWrapped();
        update.clear();
        update.done();
        painted = [];
      }),
  };
}

const ERASE_ROW_ABOVE = '\u001b[2K\u001b[1A';
