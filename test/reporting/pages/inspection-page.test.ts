import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import type { Inspection } from '../../../src/core/reports/dataset-inspection.js';
import { inspectionPage } from '../../../src/reporting/pages/inspection-page.js';
import { picturesOnPage } from '../../../src/reporting/pages/inspection-pictures.js';
import { inspectText } from '../../../src/reporting/terminal/text/inspect-text.js';

const NAME = '<b>cats</b>\u001b[2J';
const sides = { least: 48, median: 64, most: 300 };
const image = (index: number) => ({ index, name: `${NAME}/${index}.png`, label: NAME, part: 'train' as const });

const inspection: Inspection = {
  ...{ path: `/data/${NAME}`, images: 8, comesSplit: false, isMultiLabel: false, imbalance: 3 },
  classes: [
    { name: 'dogs', train: 2, validation: 0, samples: [6, 7] },
    { name: NAME, train: 4, validation: 2, samples: [0, 1, 2] },
  ],
  ...{ widths: sides, heights: sides, shortSides: sides, aspects: { least: 1, median: 1, most: 1 } },
  sizes: [{ from: 48, to: 64, count: 8 }],
  channels: { mean: [0.5, 0.5, 0.5], deviation: [0.1, 0.1, 0.1] },
  duplicates: [{ kind: 'exact', images: [image(0), image(5)], straddle: true, disagree: false }],
  corrupt: [{ name: `${NAME}/bad.png`, reason: 'is no image' }],
  odd: [{ kind: 'grey', count: 1, examples: [NAME] }],
  tooSmall: [
    { backbones: ['b0'], resolution: 224, count: 3 },
    { backbones: ['b1', 'b2'], resolution: 240, count: 3 },
  ],
};
const advice = [{ name: 'augment', values: ['none', 'light'], reason: `<i>few</i> images` }];

test('the page contains its pictures, escapes names, and loads nothing', () => {
  const pictures = new Map(
    [...picturesOnPage(inspection).keys()].map((index) => [index, `data:image/webp;base64,${index}`]),
  );
  const page = inspectionPage(inspection, advice, pictures);
  assert.match(page, /^<!doctype html>\n<html lang="en">/);
  assert.ok(!/<b>cats|<i>few/.test(page) && page.includes('&lt;b>cats'));
  assert.ok(!page.includes('\u001b'));
  const shown = [...page.matchAll(/<img src="data:image\/webp;base64,(\d)"/g)].map(([, index]) => Number(index));
  assert.deepEqual(shown, [0, 1, 2, 6, 7, 0, 5], 'the largest class first, then the duplicates');
  assert.deepEqual(page.match(/(?:src|href)="(?!data:)[^"]*"|url\(|@import|<script/g), null);
  assert.match(page, /below 224 to 240 px<\/th><td>3 <span class="dim">enlarged for b0, b1, b2/);
  assert.match(page, /8 images from 48 to 63 px/);
});

test('duplicates are shown larger than the samples of a class', () => {
  assert.deepEqual([...picturesOnPage(inspection)].sort(), [
    [0, 184],
    [1, 88],
    [2, 88],
    [5, 184],
    [6, 88],
    [7, 88],
  ]);
});

test('names of folders and files cannot steer the terminal', () => {
  const text = inspectText(inspection, advice, { columns: 100, style: new Chalk({ level: 0 }) });
  assert.doesNotMatch(text, /\u001b/);
  assert.match(text, /cats<\/b>�\[2J\/bad\.png {2}is no image/);
  assert.match(text, /3 at an image_size of 224 or more/);
});
