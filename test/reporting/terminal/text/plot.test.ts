import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawPlot, type PlotPoint } from '../../../../src/reporting/terminal/text/plot.js';

const curve = (...values: readonly number[]): PlotPoint[] => values.map((y, index) => ({ x: index + 1, y }));

test('a curve is drawn from its first to its last point, with labels for its range', () => {
  assert.equal(
    drawPlot(curve(0, 0.5, 1), { width: 21, height: 5 }),
    [
      '1.0000 ┤                  ··●',
      '       ┤             ·····',
      '       ┤        ··●··',
      '       ┤   ·····',
      '0.0000 ┤●··',
      '       └─────────────────────',
      '        1                   3',
      '',
    ].join('\n'),
  );
});

test('every point is drawn at its place, in any order of values', () => {
  const plot = drawPlot(curve(3, 1, 2, 0), { width: 31, height: 4 });
  const rows = plot.split('\n').slice(0, 4);
  const dots = rows.map((row) => [...row.slice(row.indexOf('┤') + 1)].flatMap((mark, x) => (mark === '●' ? [x] : [])));
  assert.deepEqual(dots, [[0], [20], [10], [30]]);
});

test('a single value runs through the middle and is labelled there', () => {
  const flat = drawPlot(curve(0.5, 0.5, 0.5), { width: 11, height: 5 }).split('\n');
  assert.equal(flat[2], '0.5000 ┤●····●····●');
  const one = drawPlot([{ x: 7, y: 2 }], { width: 11, height: 5 }).split('\n');
  assert.equal(one[2], '2.0000 ┤     ●');
  assert.equal(one[6]!.trim(), '7');
});

test('a NaN leaves a gap; a plot without points says so', () => {
  const [row = ''] = drawPlot(curve(1, 1, NaN, 1, 1), { width: 9, height: 1 }).split('\n');
  assert.equal(row.slice(row.indexOf('┤') + 1), '●·●   ●·●');
  assert.equal(drawPlot([]), '(nothing to plot)\n');
  assert.equal(drawPlot(curve(NaN, Infinity)), '(nothing to plot)\n');
});

test('a million points need as few lines as three', () => {
  const values = Array.from({ length: 1_000_000 }, (_, index) => Math.sin(index / 100_000));
  assert.equal(drawPlot(curve(...values.slice(0, 10))).split('\n').length, 13);
  assert.equal(drawPlot(values.map((y, x) => ({ x, y }))).split('\n').length, 13);
});
