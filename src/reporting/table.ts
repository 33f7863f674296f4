import type { ChalkInstance } from 'chalk';
import sliceAnsi from 'slice-ansi';
import stringWidth from 'string-width';

export interface TableColumn {
  readonly title: string;
  /** Numbers line up by their last digit. @default 'left' */
  readonly align?: 'left' | 'right';
}

export interface TableOptions {
  /** Lines are cut here. @default no limit */
  readonly columns?: number | undefined;
  readonly style: ChalkInstance;
}

const GAP = '  ';

/** An aligned table with a dimmed header; wide characters and colours in cells are measured as a terminal shows them. */
export function drawTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): string {
  const { columns: limit = Infinity, style } = options;
  const shown = rows.map((row) => row.map(oneLine));
  const widths = columns.map(({ title }, index) =>
    shown.reduce((width, row) => Math.max(width, stringWidth(row[index] ?? '')), stringWidth(title)),
  );
  const line = (cells: readonly string[]): string => {
    const text = columns
      .map(({ align }, index) => pad(cells[index] ?? '', widths[index]!, align))
      .join(GAP)
      .trimEnd();
    return stringWidth(text) > limit ? `${sliceAnsi(text, 0, limit - 1)}…` : text;
  };
  return [style.dim(line(columns.map(({ title }) => title))), ...shown.map(line)].map((text) => `${text}\n`).join('');
}

function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'right' ? space + text : text + space;
}

/** A cell is one line: line breaks and other control characters would tear the table apart, or steer the terminal. */
const oneLine = (text: string): string =>
  text
    .replaceAll(/\r?\n|\r/g, ' ⏎ ')
    .replaceAll(/[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f]/g, '\ufffd')
    .replaceAll('\t', ' ');
