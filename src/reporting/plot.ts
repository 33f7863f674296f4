import { formatMetric } from './format.js';

export interface PlotOptions {
  /** Of the drawing area, in characters. @default 60 */
  readonly width?: number;
  /** @default 10 */
  readonly height?: number;
}

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
}

/** A curve as text: y from bottom to top with its range at the left, x with its range below. Points that are not finite are left out. */
export function drawPlot(points: readonly PlotPoint[], { width = 60, height = 10 }: PlotOptions = {}): string {
  const finite = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  if (finite.length === 0) return '(nothing to plot)\n';
  const xs = rangeOf(finite.map(({ x }) => x));
  const ys = rangeOf(finite.map(({ y }) => y));
  const cells = Array.from({ length: height }, () => new Array<string>(width).fill(' '));
  const columnOf = (x: number): number => Math.round(share(x, xs) * (width - 1));
  const rowOf = (y: number): number => height - 1 - Math.round(share(y, ys) * (height - 1));
  for (const [index, point] of finite.entries()) {
    const next = finite[index + 1];
    if (next) joinPoints(cells, [columnOf(point.x), rowOf(point.y)], [columnOf(next.x), rowOf(next.y)]);
  }
  for (const { x, y } of finite) cells[rowOf(y)]![columnOf(x)] = '●';
  const labels = [formatMetric(ys.max), formatMetric(ys.min)];
  const margin = Math.max(...labels.map((label) => label.length));
  const lines = cells.map((row, index) => {
    const label = index === 0 ? labels[0]! : index === height - 1 ? labels[1]! : '';
    return `${label.padStart(margin)} ┤${row.join('').trimEnd()}`;
  });
  const [first, last] = [String(xs.min), String(xs.max)];
  const axis = `${' '.repeat(margin)} └${'─'.repeat(width)}`;
  const below = ' '.repeat(margin + 2) + (xs.min === xs.max ? first : first.padEnd(width - last.length) + last);
  return `${[...lines, axis, below].join('\n')}\n`;
}

/** Dots on the straight line between two cells. */
function joinPoints(cells: string[][], [x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]): void {
  const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0));
  for (let step = 1; step < steps; step++) {
    const column = Math.round(x0 + ((x1 - x0) * step) / steps);
    const row = Math.round(y0 + ((y1 - y0) * step) / steps);
    cells[row]![column] = '·';
  }
}

interface Range {
  readonly min: number;
  readonly max: number;
}

const rangeOf = (values: readonly number[]): Range =>
  values.reduce((range, value) => ({ min: Math.min(range.min, value), max: Math.max(range.max, value) }), {
    min: Infinity,
    max: -Infinity,
  });

/** 0 at the range's begin, 1 at its end; the middle where it is a single value. */
const share = (value: number, { min, max }: Range): number => (max > min ? (value - min) / (max - min) : 0.5);
