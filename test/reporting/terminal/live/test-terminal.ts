import { Writable } from 'node:stream';
import headless from '@xterm/headless';

/** A real terminal emulator without a window, which wraps its lines again when its width changes. */
export class TestTerminal extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  readonly #terminal: headless.Terminal;

  constructor(columns: number, rows: number) {
    super({ decodeStrings: false });
    [this.columns, this.rows] = [columns, rows];
    this.#terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  }

  /** Changes the size and tells the program. `meanwhile`: after the change and before the program knows, as in tmux. */
  async resize(columns: number, rows: number, meanwhile?: () => void | Promise<void>): Promise<void> {
    await this.#settled();
    this.#terminal.resize(columns, rows);
    await meanwhile?.();
    await this.#settled();
    [this.columns, this.rows] = [columns, rows];
    this.emit('resize');
  }

  /** The lines that it shows, and has scrolled away, without empty ones at the end. */
  async lines(): Promise<string[]> {
    await this.#settled();
    const { active } = this.#terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)!.translateToString(true));
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  override _write(text: string, _encoding: string, done: () => void): void {
    this.#terminal.write(text);
    done();
  }

  #settled(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write('', resolve));
  }
}
