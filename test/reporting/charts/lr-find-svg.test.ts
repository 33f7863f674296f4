import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawLrFinds } from '../../../src/reporting/charts/lr-find-svg.js';
import { drawPlot } from '../../../src/reporting/terminal/text/plot.js';

const points = Array.from({ length: 50 }, (_, index) => ({
  learningRate: 1e-7 * 10 ** (index / 8),
  loss: 2 + Math.sin(index),
  smoothedLoss: 2 + index / 50,
}));

const panel = { title: 'birds & <b0>', points, marks: { valley: 1e-4, steepest: 3e-5 } };

test('a picture is self-contained, fits light and dark themes, and escapes text', () => {
  const svg = drawLrFinds([panel]);
  assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.match(svg, /prefers-color-scheme: dark/);
  assert.doesNotMatch(svg, /href|url\(|<script|@import/);
  assert.match(svg, /birds &amp; &lt;b0&gt;/);
  const opened = [...svg.matchAll(/<(\w+)[^>]*>/g)]
    .filter(([tag]) => !tag.endsWith('/>'))
    .map(([, name]) => name)
    .sort();
  const closed = [...svg.matchAll(/<\/(\w+)>/g)].map(([, name]) => name).sort();
  assert.deepEqual(opened, closed);
});

test('every step is on the curve, within the picture, from left to right', () => {
  const [, line = ''] = /<polyline class="curve" points="([^"]+)"/.exec(drawLrFinds([panel]))!;
  const places = line.split(' ').map((pair) => pair.split(',').map(Number));
  assert.equal(places.length, 50);
  for (const [index, [x = NaN, y = NaN]] of places.entries()) {
    assert.ok(x >= 0 && x <= 760 && y >= 0 && y <= 340);
    if (index > 0) assert.ok(x > places[index - 1]![0]!);
  }
  // Each factor of ten is as wide as the next.
  const width = places[8]![0]! - places[0]![0]!;
  assert.ok(Math.abs(places[40]![0]! - places[32]![0]! - width) < 0.3);
});

test('each suggestion is marked by name, and each test has its own panel', () => {
  const svg = drawLrFinds([panel, { ...panel, title: 'birds: b3', marks: {} }]);
  assert.match(svg, />valley 1e-4</);
  assert.match(svg, />steepest 3e-5</);
  assert.equal(svg.match(/class="mark"/g)?.length, 2);
  assert.equal(svg.match(/<polyline/g)?.length, 2);
});

test('a test without finite losses gives a picture that says so', () => {
  const svg = drawLrFinds([{ ...panel, points: [{ learningRate: 1, loss: NaN, smoothedLoss: NaN }] }]);
  assert.match(svg, /no step has a loss/);
  assert.doesNotMatch(svg, /NaN/);
});

test('a logarithmic axis labels powers of ten and points at one of them', () => {
  const curve = [1e-4, 1e-3, 1e-2, 1e-1].map((x, index) => ({ x, y: index }));
  const plot = drawPlot(curve, { width: 31, height: 4, xScale: 'log', mark: { x: 1e-3, label: 'here' } });
  assert.equal(
    plot,
    [
      '3.0000 ┤                          ····●',
      '       ┤                ····●·····',
      '       ┤      ····●·····',
      '0.0000 ┤●·····',
      '       └───────────────────────────────',
      '        1e-4              0.01',
      '                  ▲ here',
      '',
    ].join('\n'),
  );
});
