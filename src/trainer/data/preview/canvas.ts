import { ADVANCE, drawGlyphs } from './pixel-font.js';

export type Colour = readonly [red: number, green: number, blue: number];

/** An image to draw on: RGB bytes [height, width, 3]. Text outside of it is clipped. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;

  constructor(width: number, height: number, [red, green, blue]: Colour) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height * 3).map((_, place) => [red, green, blue][place % 3]!);
  }

  /** Draws a square image, RGB bytes [size, size, 3], with its upper left corner at (x, y). */
  image(pixels: Uint8Array, size: number, x: number, y: number): void {
    for (let row = 0; row < size; row++) {
      this.pixels.set(pixels.subarray(row * size * 3, (row + 1) * size * 3), ((y + row) * this.width + x) * 3);
    }
  }

  /** Draws a line of text with its upper left corner at (x, y); `scale`: pixels per font pixel. */
  text(
    text: string,
    x: number,
    y: number,
    { colour, scale }: { readonly colour: Colour; readonly scale: number },
  ): void {
    drawGlyphs(text, (column, row) => {
      for (let dy = 0; dy < scale; dy++) {
        for (let dx = 0; dx < scale; dx++) this.#set(x + column * scale + dx, y + row * scale + dy, colour);
      }
    });
  }

  #set(x: number, y: number, colour: Colour): void {
    if (x >= 0 && y >= 0 && x < this.width && y < this.height) this.pixels.set(colour, (y * this.width + x) * 3);
  }
}

/** Width of a line of text in pixels. */
export const textWidth = (text: string, scale: number): number => (Array.from(text).length * ADVANCE - 1) * scale;
