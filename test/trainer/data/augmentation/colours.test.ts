import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contrast, saturate, sharpen } from '../../../../src/trainer/data/augmentation/pixels/blend.js';
import { autocontrast, equalize } from '../../../../src/trainer/data/augmentation/pixels/equalize.js';
import { shiftHue } from '../../../../src/trainer/data/augmentation/pixels/hue-saturation.js';
import {
  applyTable,
  linearTable,
  posterizeTable,
  solarizeTable,
} from '../../../../src/trainer/data/augmentation/pixels/tables.js';
import { difference, made, noise, picture } from './images.js';

const hued = (image: Uint8Array, hue: number, saturation: number, value: number): Uint8Array =>
  made(image, (from, to) => shiftHue(from, to, { hue, saturation, value }));

describe('a table', () => {
  it('maps each byte, and clips at both ends', () => {
    const image = Uint8Array.of(0, 100, 255);
    const through = (table: Uint8Array): number[] => [...made(image, (from, to) => applyTable(from, to, table))];
    assert.deepEqual(through(linearTable(1, 0)), [0, 100, 255]);
    assert.deepEqual(through(linearTable(1.2, 0)), [0, 120, 255]);
    assert.deepEqual(through(linearTable(1, 0.2)), [51, 151, 255]);
    assert.deepEqual(through(linearTable(0.5, -0.1)), [0, 25, 102]);
    assert.deepEqual(through(solarizeTable(100)), [0, 155, 0]);
    assert.deepEqual(through(solarizeTable(256)), [0, 100, 255]);
    assert.deepEqual(through(posterizeTable(8)), [0, 100, 255]);
    assert.deepEqual(through(posterizeTable(3)), [0, 96, 224]);
  });
});

describe('equalizing', () => {
  it('makes the cumulative histogram of each channel a straight line', () => {
    // Most values are dark.
    const image = Uint8Array.from(noise(64), (value) => (value / 16) ** 2 * 0.5);
    const out = made(image, equalize);
    for (const channel of [0, 1, 2]) {
      const values = out.filter((_, place) => place % 3 === channel).sort();
      // A level cannot be split, so the line has steps. The first one starts at 0.
      const first = values.lastIndexOf(values[0]!) + 1;
      for (const [rank, value] of values.entries()) {
        if (values[rank + 1] === value) continue;
        const gap = (rank + 1 - first) / (values.length - first) - value / 255;
        assert.ok(Math.abs(gap) < 0.51 / 255, `${value} at ${rank}`);
      }
    }
  });

  it('has the result of the formula', () => {
    const image = Uint8Array.of(5, 5, 5, 5, 5, 5, 9, 5, 5, 30, 5, 5);
    // Red is 5, 5, 9, 30: round(255 * (cumulative - 2) / (4 - 2)). A channel of one value stays.
    assert.deepEqual([...made(image, equalize)], [0, 5, 5, 0, 5, 5, 128, 5, 5, 255, 5, 5]);
    assert.deepEqual([...made(image, autocontrast)], [0, 5, 5, 0, 5, 5, 41, 5, 5, 255, 5, 5]);
  });
});

describe('a shift of hue, saturation and value', () => {
  it('changes nothing at strength 0 and after a full turn', () => {
    assert.deepEqual(hued(noise(32), 0, 0, 0), noise(32));
    assert.ok(difference(hued(noise(32), 180, 0, 0), noise(32)).largest === 0);
  });

  it('turns red to green to blue, and back', () => {
    const red = Uint8Array.of(200, 0, 0);
    assert.deepEqual([...hued(red, 60, 0, 0)], [0, 200, 0]);
    assert.deepEqual([...hued(red, 120, 0, 0)], [0, 0, 200]);
    assert.deepEqual([...hued(red, -60, 0, 0)], [0, 0, 200]);
    assert.deepEqual([...hued(red, 30, 0, 0)], [200, 200, 0]);
    const back = hued(hued(noise(32), 25, 0, 0), -25, 0, 0);
    assert.ok(difference(back, noise(32)).mean < 1);
  });

  it('removes or increases saturation; grey stays grey', () => {
    assert.deepEqual([...hued(Uint8Array.of(200, 100, 50, 80, 80, 80), 0, -255, 0)], [200, 200, 200, 80, 80, 80]);
    assert.deepEqual([...hued(Uint8Array.of(200, 100, 50, 80, 80, 80), 0, 255, 0)], [200, 67, 0, 80, 80, 80]);
  });

  it('shifts the brightest channel by the value, the others in proportion', () => {
    assert.deepEqual([...hued(Uint8Array.of(200, 100, 50), 0, 0, -100)], [100, 50, 25]);
    assert.deepEqual([...hued(Uint8Array.of(200, 100, 0), 0, 0, 100)], [255, 128, 0]);
  });
});

describe('an enhancement', () => {
  const enhanced = (factor: number): Record<string, Uint8Array> => ({
    saturate: made(picture(32), (from, to) => saturate(from, to, factor)),
    contrast: made(picture(32), (from, to) => contrast(from, to, factor)),
    sharpen: made(picture(32), (from, to) => sharpen(from, to, 32, factor)),
  });

  it('changes nothing at factor 1', () => {
    for (const [name, image] of Object.entries(enhanced(1))) assert.deepEqual(image, picture(32), name);
  });

  it('at factor 0 gives greyscale, mean grey or a smoothed image', () => {
    const { saturate: grey, contrast: even, sharpen: smooth } = enhanced(0);
    assert.ok(grey!.every((value, place) => value === grey![place - (place % 3)]));
    assert.equal(new Set(even).size, 1);
    const at = (5 * 32 + 7) * 3 + 1;
    let sum = 5 * picture(32)[at]!;
    for (const dy of [-1, 0, 1])
      for (const dx of [-1, 0, 1]) {
        if (dx !== 0 || dy !== 0) sum += picture(32)[at + (dy * 32 + dx) * 3]!;
      }
    assert.equal(smooth![at], Math.round(sum / 13));
    assert.deepEqual(smooth!.subarray(0, 96), picture(32).subarray(0, 96));
  });

  it('has the opposite effect above factor 1', () => {
    const spread = (image: Uint8Array): number => {
      const mean = image.reduce((sum, value) => sum + value, 0) / image.length;
      return image.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    };
    assert.ok(spread(enhanced(1.5)['contrast']!) > spread(picture(32)));
  });
});
