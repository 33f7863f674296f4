import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../../../src/core/random.js';
import { dropBoxes } from '../../../../src/trainer/data/augmentation/geometry/coarse-dropout.js';
import { drawBox, drawCrop } from '../../../../src/trainer/data/augmentation/geometry/draw-box.js';
import { horizontalFlip, verticalFlip } from '../../../../src/trainer/data/augmentation/geometry/flip.js';
import { placed, stretched, warp, type Affine } from '../../../../src/trainer/data/augmentation/geometry/warp.js';
import { difference, made, noise } from './images.js';

const warped = (image: Uint8Array, size: number, map: Affine): Uint8Array =>
  made(image, (from, to) => warp(from, to, size, map));

/** Reference, pixel by pixel and channel by channel; mirrors by walking back and forth. */
function slowWarp(image: Uint8Array, size: number, { xx, xy, x0, yx, yy, y0 }: Affine): Uint8Array {
  const at = (x: number, y: number, channel: number): number => {
    const walk = (place: number): number => {
      let left = place;
      while (size > 1 && (left < 0 || left >= size)) left = left < 0 ? -left : 2 * (size - 1) - left;
      return left;
    };
    return image[size === 1 ? channel : (walk(y) * size + walk(x)) * 3 + channel]!;
  };
  return Uint8Array.from({ length: image.length }, (_, place) => {
    const channel = place % 3;
    const [x, y] = [Math.floor(place / 3) % size, Math.floor(place / 3 / size)];
    const [sx, sy] = [xx * x + xy * y + x0, yx * x + yy * y + y0];
    const [left, top] = [Math.floor(sx), Math.floor(sy)];
    let sum = 0;
    for (const [dx, dy] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      const weight = (1 - Math.abs(sx - left - dx)) * (1 - Math.abs(sy - top - dy));
      sum += weight * at(left + dx, top + dy, channel);
    }
    return Math.floor(sum + 0.5);
  });
}

describe('a flip', () => {
  it('mirrors left and right, or top and bottom; twice restores the image', () => {
    const image = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    const flipped = made(image, (from, to) => horizontalFlip(from, to, 2));
    assert.deepEqual([...flipped], [4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9]);
    const turned = made(image, (from, to) => verticalFlip(from, to, 2));
    assert.deepEqual([...turned], [7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6]);
    for (const flip of [horizontalFlip, verticalFlip]) {
      const once = made(noise(9), (from, to) => flip(from, to, 9));
      assert.notDeepEqual(once, noise(9));
      assert.deepEqual(
        made(once, (from, to) => flip(from, to, 9)),
        noise(9),
      );
    }
  });
});

describe('a warp', () => {
  it('is its definition, computed pixel by pixel', () => {
    const placements = [
      { degrees: 33, scale: 0.6, shift: [0.3, -0.2] as const },
      { degrees: -170, shear: [0.3, 0] as const },
      { scale: 2, shear: [0, -0.4] as const },
      { shift: [1, 1] as const, scale: 0.3 },
    ];
    for (const size of [1, 2, 17]) {
      for (const placement of placements) {
        const map = placed(size, placement);
        // Sums in another order may round differently.
        assert.ok(difference(warped(noise(size), size, map), slowWarp(noise(size), size, map)).largest <= 1);
      }
    }
  });

  it('changes nothing at strength 0', () => {
    for (const size of [8, 9]) {
      assert.deepEqual(warped(noise(size), size, placed(size, {})), noise(size));
      const all = { x: 0, y: 0, width: size, height: size };
      assert.deepEqual(warped(noise(size), size, stretched(size, all)), noise(size));
    }
  });

  it('turns counter-clockwise: a quarter brings the right edge to the top', () => {
    const quarter = warped(Uint8Array.of(1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4), 2, placed(2, { degrees: 90 }));
    assert.deepEqual([...quarter], [2, 2, 2, 4, 4, 4, 1, 1, 1, 3, 3, 3]);
  });

  it('shifts by a share of the size, and fills with the mirror image beyond the edge', () => {
    const image = Uint8Array.from({ length: 4 * 4 * 3 }, (_, place) => Math.floor(place / 3) % 4);
    const moved = warped(image, 4, placed(4, { shift: [0.25, 0] }));
    assert.deepEqual(
      [0, 1, 2, 3].map((x) => moved[x * 3]),
      [1, 0, 1, 2],
    );
  });

  it('stretches a part so that its outer edges become those of the image', () => {
    const image = Uint8Array.from({ length: 4 * 4 * 3 }, (_, place) => (Math.floor(place / 3) % 4) * 40);
    const half = warped(image, 4, stretched(4, { x: 1, y: 1, width: 2, height: 2 }));
    // Centres of the output's pixels lie at 0.75, 1.25, 1.75 and 2.25 of the image.
    assert.deepEqual(
      [0, 1, 2, 3].map((x) => half[x * 3]),
      [30, 50, 70, 90],
    );
  });
});

describe('a random crop', () => {
  it('lies within the image, with area and ratio between their bounds', () => {
    const random = seededRandom(1, 'crops');
    for (let draw = 0; draw < 500; draw++) {
      const { x, y, width, height } = drawCrop(random, 64, [0.2, 0.9], [0.75, 1.3333]);
      assert.ok(x >= 0 && y >= 0 && x + width <= 64 + 1e-9 && y + height <= 64 + 1e-9);
      const [area, ratio] = [(width * height) / 64 ** 2, width / height];
      assert.ok(area > 0.2 - 1e-9 && area < 0.9 + 1e-9 && ratio > 0.75 - 1e-9 && ratio < 1.3333 + 1e-9);
    }
  });

  it('is the centre if no shape fits', () => {
    assert.deepEqual(drawCrop(seededRandom(1), 10, [1, 1], [2, 2]), { x: 0, y: 2.5, width: 10, height: 5 });
  });
});

describe('coarse dropout', () => {
  it('fills only its boxes', () => {
    const boxes = [
      { x: 1, y: 0, width: 2, height: 1 },
      { x: 3, y: 3, width: 1, height: 1 },
    ];
    const image = new Uint8Array(4 * 4 * 3).fill(9);
    const out = made(image, (from, to) => dropBoxes(from, to, 4, boxes, 200));
    const filled = [...out.keys()].filter((place) => out[place] === 200).map((place) => Math.floor(place / 3));
    assert.deepEqual([...new Set(filled)], [1, 2, 15]);
    assert.equal(out.filter((value) => value === 9).length, 13 * 3);
  });

  it('draws boxes of whole pixels that reach every edge and stay inside', () => {
    const random = seededRandom(1, 'boxes');
    const boxes = Array.from({ length: 2000 }, () => drawBox(random, 10, [0.1, 0.3]));
    assert.ok(boxes.flatMap(({ x, y, width, height }) => [x, y, width, height]).every(Number.isInteger));
    assert.deepEqual(new Set(boxes.map(({ width }) => width)), new Set([1, 2, 3]));
    assert.equal(Math.min(...boxes.map(({ x }) => x)), 0);
    assert.equal(Math.max(...boxes.map(({ y, height }) => y + height)), 10);
  });
});
