import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Canvas, textWidth } from '../../../../src/trainer/data/preview/canvas.js';
import { contactSheet } from '../../../../src/trainer/data/preview/contact-sheet.js';
import { drawGlyphs } from '../../../../src/trainer/data/preview/pixel-font.js';

/** Draws a text as rows of dots and hashes. */
function written(text: string): string[] {
  const canvas = new Canvas(textWidth(text, 1), 8, [0, 0, 0]);
  canvas.text(text, 0, 0, { colour: [255, 0, 0], scale: 1 });
  return Array.from({ length: 8 }, (_, y) =>
    Array.from({ length: canvas.width }, (_, x) => (canvas.pixels[(y * canvas.width + x) * 3] ? '#' : '.')).join(''),
  );
}

describe('a text of pixels', () => {
  it('shows its letters', () => {
    assert.deepEqual(written('Lo'), [
      '#..........',
      '#..........',
      '#......###.',
      '#.....#...#',
      '#.....#...#',
      '#.....#...#',
      '#####..###.',
      '...........',
    ]);
  });

  it('removes accents, and marks characters that it cannot draw', () => {
    assert.deepEqual(written('é'), written('e'));
    assert.deepEqual(written('猫'), written('?'));
  });

  it('has a different picture for every ASCII character', () => {
    const pictures = new Set<string>();
    for (let code = 33; code < 127; code++) {
      const pixels: string[] = [];
      drawGlyphs(String.fromCharCode(code), (x, y) => pixels.push(`${x},${y}`));
      assert.ok(pixels.length > 1);
      pictures.add(pixels.join(' '));
    }
    assert.equal(pictures.size, 94);
  });
});

describe('a contact sheet', () => {
  it('has every image at its row and column, with a gap between images', () => {
    const plain = (value: number): Uint8Array => new Uint8Array(20 * 20 * 3).fill(value);
    const rows = [
      { label: 'cats', images: [plain(1), plain(2), plain(3)] },
      { label: 'dogs with very long names', images: [plain(4), plain(5), plain(6)] },
    ];
    const layout = { title: 'a title that is wider than all of this', columns: ['original', 'one', 'two'], edge: 20 };
    const { pixels, width, height } = contactSheet(rows, layout);
    assert.equal(pixels.length, width * height * 3);
    const corners = [1, 2, 3, 4, 5, 6].map((value) => {
      const places = [...pixels.keys()].filter((place) => pixels[place] === value);
      assert.equal(places.length, 20 * 20 * 3);
      const first = places[0]! / 3;
      return [first % width, Math.floor(first / width)] as const;
    });
    const [first, second, third, below] = corners;
    assert.equal(below![0], first![0]);
    assert.equal(second![1], first![1]);
    assert.ok(second![0] - first![0] > third![0] - second![0], 'originals are set apart');
    assert.ok(third![0] - second![0] > 20 && below![1] - first![1] > 20);
  });
});
