import type { ChalkInstance } from 'chalk';
import { printable } from '../../../core/printable.js';
import { cutTo, widthOf } from './text-width.js';

export interface TableColumn {
  readonly title: string;
  /** Numbers line up by their last digit. @default 'left' */
  readonly align?: 'left' | 'right';
}

/** Plain text, or text and a function that colours it: escape sequences in the text itself are made visible. */
export type TableCell = string | { readonly text: string; readonly paint: (text: string) => string };

export interface TableOptions {
  /** Width of the terminal. Long texts are cut to fit it; then columns are left out, from the right. @default no limit */
  readonly columns?: number | undefined;
  readonly style: ChalkInstance;
}

const GAP = '  ';
/** Columns are left out only when texts are already cut to this width. */
const LEAST_TEXT = 8;

/** An aligned table with a dimmed header; wide characters are measured as a terminal shows them. */
export function drawTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
  { columns: limit = Infinity, style }: TableOptions,
): string {
  const titles = columns.map(({ title }) => printable(title));
  const texts = rows.map((row) => row.map((cell) => printable(typeof cell === 'string' ? cell : cell.text)));
  const natural = titles.map((title, index) =>
    texts.reduce((width, row) => Math.max(width, widthOf(row[index] ?? '')), widthOf(title)),
  );
  const widths = fit(natural, columns, limit);
  const line = (cells: readonly string[], paint: (text: string, index: number) => string): string =>
    widths
      .map((width, index) => pad(cells[index] ?? '', width, columns[index]!.align, (text) => paint(text, index)))
      .join(GAP);
  const lines = [
    line(titles, (text) => style.dim(text)),
    ...texts.map((row, at) =>
      line(row, (text, index) => {
        const cell = rows[at]![index];
        return cell === undefined || typeof cell === 'string' ? text : cell.paint(text);
      }),
    ),
  ].map((text) => `${text.trimEnd()}\n`);
  if (widths.length < columns.length) lines.push(`${style.dim(leftOut(titles.slice(widths.length), limit))}\n`);
  return lines.join('');
}

/** Widths of the columns that are shown, within the limit: the widest text is cut first, then columns are left out from the right. */
function fit(natural: readonly number[], columns: readonly TableColumn[], limit: number): number[] {
  const widths = [...natural];
  const total = (): number => widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);
  const cuttable = columns.flatMap(({ align }, index) => (align === 'right' ? [] : [index]));
  while (total() > limit) {
    const widest = cuttable.filter((index) => index < widths.length && widths[index]! > LEAST_TEXT);
    if (widest.length === 0) {
      if (widths.length === 1) break;
      widths.pop();
      // With a column less, texts may be longer again.
      for (const index of cuttable) if (index < widths.length) widths[index] = natural[index]!;
      continue;
    }
    widest.sort((a, b) => widths[b]! - widths[a]!);
    const [first, second] = widest;
    const next = second === undefined ? LEAST_TEXT : Math.max(LEAST_TEXT, widths[second]! - 1);
    widths[first!]! -= Math.max(1, Math.min(total() - limit, widths[first!]! - next));
  }
  return widths.map((width) => Math.min(width, Math.max(1, limit)));
}

function leftOut(titles: readonly string[], limit: number): string {
  const text = `and ${titles.length} more: ${titles.join(', ')}`;
  return widthOf(text) > limit ? cut(text, limit) : text;
}

function pad(text: string, width: number, align: TableColumn['align'], paint: (text: string) => string): string {
  const fitting = widthOf(text) > width ? cut(text, width) : text;
  const space = ' '.repeat(Math.max(0, width - widthOf(fitting)));
  return align === 'right' ? space + paint(fitting) : paint(fitting) + space;
}

const cut = (text: string, width: number): string => `${cutTo(text, width - 1)}…`;
