/** Width of a letter in pixels. `ADVANCE` includes the gap after it. */
const GLYPH_WIDTH = 5;
export const ADVANCE = GLYPH_WIDTH + 1;
/** Height of a line in pixels, with descenders. */
export const LINE_HEIGHT = 8;

/**
 * Draws a text in a built-in 5 x 8 font, because training machines often have no fonts installed. Accents are removed; other
 * characters outside of ASCII become question marks.
 *
 * @param visit - called with each pixel that is set, relative to the upper left corner of the text
 */
export function drawGlyphs(text: string, visit: (x: number, y: number) => void): void {
  for (const [place, letter] of plain(text).entries()) {
    const start = (letter.charCodeAt(0) - FIRST) * GLYPH_WIDTH;
    for (let column = 0; column < GLYPH_WIDTH; column++) {
      for (let row = 0; row < LINE_HEIGHT; row++) {
        if ((GLYPHS[start + column]! >> row) & 1) visit(place * ADVANCE + column, row);
      }
    }
  }
}

function plain(text: string): string[] {
  const letters = text.normalize('NFKD').replace(/\p{M}/gu, '');
  return Array.from(letters, (letter) => (letter >= ' ' && letter <= '~' ? letter : '?'));
}

const FIRST = ' '.charCodeAt(0);

/** From the space to the tilde: five columns each, one bit per pixel, the lowest bit at the top. */
const GLYPHS = Uint8Array.from(
  Buffer.from(
    '000000000000005f00000007000700147f147f14242a7f2a12231308646236495620500008070300001c2241000041221c00' +
      '2a1c7f1c2a08083e080800807030000808080808000060600020100804023e5149453e00427f400072494949462141494d33' +
      '1814127f1027454545393c4a49493141211109073649494936464949291e0000140000004034000000081422411414141414' +
      '004122140802015909063e415d594e7c1211127c7f494949363e414141227f4141413e7f494949417f090909013e41415173' +
      '7f0808087f00417f41002040413f017f081422417f404040407f021c027f7f0408107f3e4141413e7f090909063e4151215e' +
      '7f09192946264949493203017f01033f4040403f1f2040201f3f4038403f631408146303047804036159494d43007f414141' +
      '0204081020004141417f04020102044040404040000307080020545478407f284444383844444428384444287f3854545418' +
      '00087e090218a4a49c787f0804047800447d40002040403d007f1028440000417f40007c047804787c080404783844444438' +
      'fc1824241818242418fc7c08040408485454542404043f44243c4040207c1c2040201c3c4030403c44281028444c9090907c' +
      '4464544c440008364100000077000000413608000201020402',
    'hex',
  ),
);
