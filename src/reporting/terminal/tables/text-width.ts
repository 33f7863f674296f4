import { createRequire } from 'node:module';
import type * as SliceAnsi from 'slice-ansi';
import type * as StringWidth from 'string-width';

// Loaded only for text that needs them: they know every emoji, and loading them takes as long as a small query.
const load = createRequire(import.meta.url);

/** Columns of a terminal that a text takes; escape sequences take none. */
export const widthOf = (text: string): number =>
  /^[\x20-\x7e]*$/.test(text) ? text.length : (load('string-width') as typeof StringWidth).default(text);

/** The part of a text that fits into `width` columns; escape sequences stay whole. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const cut = firstColumns(text, width);
  // The slice includes a wide character that begins in the last column.
  return widthOf(cut) > width ? firstColumns(text, width - 1) : cut;
}

const firstColumns = (text: string, width: number): string =>
  (load('slice-ansi') as typeof SliceAnsi).default(text, 0, Math.max(0, width));
