import { createRequire } from 'node:module';
import type * as SliceAnsi from 'slice-ansi';
import type * as StringWidth from 'string-width';

// Loaded when a text needs them, which few do: they know every emoji, and take as long to load as a small query to answer.
const load = createRequire(import.meta.url);

/** How many columns of a terminal a text takes. */
export const widthOf = (text: string): number =>
  /^[\x20-\x7e]*$/.test(text) ? text.length : (load('string-width') as typeof StringWidth).default(text);

/** The part of a text that lies in the first so many columns. A wide character that begins in the last stays whole. */
export const firstColumns = (text: string, width: number): string =>
  (load('slice-ansi') as typeof SliceAnsi).default(text, 0, width);
