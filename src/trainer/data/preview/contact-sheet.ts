import { Canvas, textWidth, type Colour } from './canvas.js';
import { ADVANCE, LINE_HEIGHT } from './pixel-font.js';

/** An image and its augmented variants. */
export interface SheetRow {
  readonly label: string;
  /** RGB bytes [edge, edge, 3] each; the first is the original. */
  readonly images: readonly Uint8Array[];
}

export interface SheetLayout {
  readonly title: string;
  /** Headings of the columns. */
  readonly columns: readonly string[];
  /** Edge of each image on the sheet, in pixels. */
  readonly edge: number;
}

const PAPER: Colour = [250, 250, 249];
const INK: Colour = [28, 25, 23];
const FAINT: Colour = [120, 113, 108];
const MARGIN = 24;
const GAP = 6;
/** Space between the originals and their variants. */
const WIDE_GAP = 20;
const LABEL_LETTERS = 16;
const LETTERING = { small: 2, title: 3 };

/** Draws images in rows: the original first, then its variants. */
export function contactSheet(rows: readonly SheetRow[], { title, columns, edge }: SheetLayout): Canvas {
  const labels = rows.map(({ label }) => shorten(label, LABEL_LETTERS));
  const labelWidth = Math.max(...labels.map((label) => textWidth(label, LETTERING.small)));
  const left = MARGIN + labelWidth + WIDE_GAP;
  const columnLeft = (column: number): number => left + column * (edge + GAP) + (column > 0 ? WIDE_GAP - GAP : 0);
  const heading = MARGIN + LINE_HEIGHT * LETTERING.title + MARGIN;
  const top = heading + LINE_HEIGHT * LETTERING.small + GAP;
  const right = columnLeft(columns.length) - GAP;
  const canvas = new Canvas(right + MARGIN, top + rows.length * (edge + GAP) - GAP + MARGIN, PAPER);

  const shown = shorten(title, Math.floor((right - MARGIN) / (ADVANCE * LETTERING.title)));
  canvas.text(shown, MARGIN, MARGIN, { colour: INK, scale: LETTERING.title });
  for (const [column, name] of columns.entries()) {
    const fitting = shorten(name, Math.floor(edge / (ADVANCE * LETTERING.small)));
    canvas.text(fitting, columnLeft(column), heading, { colour: FAINT, scale: LETTERING.small });
  }
  for (const [row, { images }] of rows.entries()) {
    const y = top + row * (edge + GAP);
    const middle = y + Math.floor((edge - LINE_HEIGHT * LETTERING.small) / 2);
    const x = MARGIN + labelWidth - textWidth(labels[row]!, LETTERING.small);
    canvas.text(labels[row]!, x, middle, { colour: INK, scale: LETTERING.small });
    for (const [column, image] of images.entries()) canvas.image(image, edge, columnLeft(column), y);
  }
  return canvas;
}

const shorten = (text: string, letters: number): string => {
  const all = Array.from(text);
  return all.length <= letters ? text : `${all.slice(0, Math.max(0, letters - 2)).join('')}..`;
};
