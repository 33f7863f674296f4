import { formatMetric, formatParam } from '../../../core/format.js';
import { decades } from '../../charts/log-axis.js';

export interface PlotOptions {
  /** Of the drawing area, in characters. @default 60 */
  readonly width?: number;
  /** In lines. @default 10 */
  readonly height?: number;
  /** `log`: every power of ten is as wide as the next, and labelled; x is above 0. @default linear */
  readonly xScale?: 'linear' | 'log';
  /** A position on the x axis that gets an arrow, and the arrow's label. */
  readonly mark?: { readonly x: number; readonly label: string };
}

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
}

/** A curve as text: y from bottom to top with its range at the left, x with its range below. A point that is not finite is a gap. */
export function drawPlot(points: readonly PlotPoint[], options: PlotOptions = {}): string {
  const { width = 60, height = 10, xScale = 'linear', mark } = options;
  const finite = points.filter(isFinitePoint);
  if (finite.length === 0) return '(nothing to plot)\n';
  const xs = rangeOf(finite.map(({ x }) => x));
  const ys = rangeOf(finite.map(({ y }) => y));
  const columnOf = (x: number): number => Math.round(scales[xScale](x, xs) * (width - 1));
  const cells = Array.from({ length: height }, () => new Array<string>(width).fill(' '));
  const place = ({ x, y }: PlotPoint): readonly [number, number] => [
    columnOf(x),
    height - 1 - Math.round(share(y, ys) * (height - 1)),
  ];
  for (const [index, point] of points.entries()) {
    const next = points[index + 1];
    if (next && isFinitePoint(point) && isFinitePoint(next)) joinPoints(cells, place(point), place(next));
  }
  for (const point of finite) {
    const [column, row] = place(point);
    cells[row]![column] = '●';
  }
  const labels = ys.min === ys.max ? middleLabel(ys.min, height) : endLabels(ys, height);
  const margin = Math.max(...labels.map((label) => label.length));
  const lines = cells.map((row, index) => `${labels[index]!.padStart(margin)} ┤${row.join('').trimEnd()}`);
  const below = xScale === 'log' ? decadeLabels(xs, width, columnOf) : endsBelow(xs, width);
  const under = [below, ...(mark ? [pointer(columnOf(mark.x), mark.label, width)] : [])];
  const axis = `${' '.repeat(margin)} └${'─'.repeat(width)}`;
  return `${[...lines, axis, ...under.map((text) => ' '.repeat(margin + 2) + text)].join('\n')}\n`;
}

function endsBelow({ min, max }: Range, width: number): string {
  const [first, last] = [String(min), String(max)];
  return min === max ? ' '.repeat(Math.round((width - 1) / 2)) + first : first.padEnd(width - last.length) + last;
}

/** Columns for each label of a logarithmic axis. */
const LABEL_WIDTH = 8;

function decadeLabels({ min, max }: Range, width: number, columnOf: (x: number) => number): string {
  const most = Math.max(1, Math.floor(width / LABEL_WIDTH));
  return decades(min, max, most).reduce((text, power) => {
    const label = formatParam(power);
    const start = Math.min(Math.max(0, columnOf(power) - Math.floor(label.length / 2)), width - label.length);
    return text.padEnd(start) + label;
  }, '');
}

/** An arrow to a column, with its label on the side that has space. */
function pointer(column: number, label: string, width: number): string {
  const after = ' '.repeat(column) + `▲ ${label}`;
  return after.length <= width ? after : `${label} ▲`.padStart(column + 1);
}

const isFinitePoint = ({ x, y }: PlotPoint): boolean => Number.isFinite(x) && Number.isFinite(y);

/** Dots on the straight line between two cells. */
function joinPoints(cells: string[][], [x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]): void {
  const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0));
  for (let step = 1; step < steps; step++) {
    const column = Math.round(x0 + ((x1 - x0) * step) / steps);
    const row = Math.round(y0 + ((y1 - y0) * step) / steps);
    cells[row]![column] = '·';
  }
}

const endLabels = ({ min, max }: Range, height: number): string[] =>
  Array.from({ length: height }, (_, row) =>
    row === 0 ? formatMetric(max) : row === height - 1 ? formatMetric(min) : '',
  );

/** If all values are the same, their line is in the middle. */
const middleLabel = (value: number, height: number): string[] =>
  Array.from({ length: height }, (_, row) =>
    row === height - 1 - Math.round(0.5 * (height - 1)) ? formatMetric(value) : '',
  );

interface Range {
  readonly min: number;
  readonly max: number;
}

const rangeOf = (values: readonly number[]): Range =>
  values.reduce((range, value) => ({ min: Math.min(range.min, value), max: Math.max(range.max, value) }), {
    min: Infinity,
    max: -Infinity,
  });

const scales = {
  linear: (x: number, range: Range): number => share(x, range),
  log: (x: number, { min, max }: Range): number => share(Math.log(x), { min: Math.log(min), max: Math.log(max) }),
};

/** 0 at the start of the range, 1 at its end; 0.5 if it is a single value. */
const share = (value: number, { min, max }: Range): number => (max > min ? (value - min) / (max - min) : 0.5);
