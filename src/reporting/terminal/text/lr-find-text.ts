import type { ChalkInstance } from 'chalk';
import { formatDuration } from '../../../core/format.js';
import { drawPlot } from './plot.js';
import type { LrFind } from '../../../core/results/lr-find.js';
import { DIVERGED_STEPS } from '../../../core/trainer/range-test.js';
import { rateText } from '../live/lr-find-progress.js';

/** A range test on a terminal: its curve, its suggestions, and why it ended. */
export function lrFindText(find: LrFind, style: ChalkInstance): string {
  const { backbone, points, suggestions, startedAt, endedAt, device } = find;
  const { valley } = suggestions ?? {};
  const curve = withoutEnd(points).map(({ learningRate: x, smoothedLoss: y }) => ({ x, y }));
  const mark = valley === undefined ? {} : { mark: { x: valley, label: `valley ${rateText(valley)}` } };
  const time = formatDuration((endedAt - startedAt) / 1000);
  return [
    `${style.bold(backbone)}  ${style.dim(`smoothed loss by learning rate, ${points.length} steps in ${time} on ${device}`)}`,
    drawPlot(curve, { xScale: 'log', height: 12, ...mark }).trimEnd(),
    '',
    ...suggestionLines(find, style),
    '',
  ].join('\n');
}

function suggestionLines({ suggestions }: LrFind, style: ChalkInstance): string[] {
  if (suggestions === undefined) return ['The loss never fell: this test suggests nothing.'];
  const line = (name: keyof typeof suggestions, what: string): string =>
    `${name.padEnd(8)}  ${rateText(suggestions[name]).padEnd(7)}  ${style.dim(what)}`;
  return [
    line('valley', 'the middle of the longest descent: what `find: true` goes by'),
    line('steepest', 'where the loss fell fastest'),
    line('minimum', 'a tenth of the rate with the lowest loss'),
  ];
}

/** The points to draw: what the last five rise to would flatten all others. As fastai draws them. */
export const withoutEnd = (points: LrFind['points']): LrFind['points'] =>
  points.length > DIVERGED_STEPS ? points.slice(0, -DIVERGED_STEPS) : points;

/** The suggestions by name; empty if there are none. */
export const lrFindMarks = ({ suggestions }: LrFind): Readonly<Record<string, number>> => ({ ...suggestions });
