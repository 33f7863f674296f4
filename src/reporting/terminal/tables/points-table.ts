import type { ChalkInstance } from 'chalk';
import { CLEAR, probabilityBetter, type TopPoint } from '../../../core/results/leaderboard.js';
import type { SweepStatus } from '../../../core/results/sweep-status.js';
import { formatMetric, formatShare } from '../../../core/format.js';
import { columnNotations, paramText } from './param-cells.js';
import { drawTable, type TableCell, type TableColumn } from './table.js';

export interface PointsTableOptions {
  /** Parameters to show. */
  readonly names: readonly string[];
  /** Width of the terminal; `undefined`: nothing is cut. */
  readonly columns: number | undefined;
  readonly style: ChalkInstance;
}

/**
 * Points with the mean and the spread of their trials: `1  5/5  0.8123 ± 0.0102  ...`. With three trials or more there is a
 * 95 % confidence interval of the mean, too; of two it would be too wide to say anything. A line below says how sure the first
 * place is.
 */
export function pointsTable(
  points: readonly TopPoint[],
  { metric, goal }: Pick<SweepStatus, 'metric' | 'goal'>,
  { names, columns, style }: PointsTableOptions,
): string {
  const isConfirmed = points.some(({ confirmed }) => confirmed > 0);
  const hasIntervals = points.some(hasInterval);
  const notations = columnNotations(points, names);
  const titles: TableColumn[] = [
    { title: 'rank', align: 'right' },
    { title: 'trials', align: 'right' },
    ...(isConfirmed ? [{ title: 'new seeds', align: 'right' } as const] : []),
    { title: metric, align: 'right' },
    ...(hasIntervals ? [{ title: '95 % interval', align: 'right' } as const] : []),
    { title: 'best', align: 'right' },
    ...names.map((title): TableColumn => {
      const isNumber = points.every(({ params }) => params[title] == null || typeof params[title] === 'number');
      return { title, align: isNumber ? 'right' : 'left' };
    }),
  ];
  const row = (point: TopPoint): TableCell[] => {
    const { rank, trials, finished, confirmed, mean, spread, bestTrial, params } = point;
    const text = spread === undefined ? formatMetric(mean) : `${formatMetric(mean)} ± ${formatMetric(spread)}`;
    return [
      rank === undefined ? '-' : String(rank),
      `${finished}/${trials}`,
      ...(isConfirmed ? [confirmed > 0 ? String(confirmed) : '-'] : []),
      rank === 1 ? { text, paint: style.green } : text,
      ...(hasIntervals ? [intervalText(point)] : []),
      bestTrial === undefined ? '-' : String(bestTrial),
      ...names.map((name) => paramText(params[name], notations.get(name))),
    ];
  };
  return `${drawTable(titles, points.map(row), { columns, style })}${certainty(points, goal, style)}`;
}

const hasInterval = ({ finished, confirmed, low }: TopPoint): boolean =>
  low !== undefined && (confirmed > 0 ? confirmed : finished) >= 3;

const intervalText = (point: TopPoint): string =>
  hasInterval(point) ? `${formatMetric(point.low)} to ${formatMetric(point.high)}` : '-';

/** The probability that the first point is the best one, as a sentence. Empty if it cannot be computed. */
function certainty([first, ...others]: readonly TopPoint[], goal: SweepStatus['goal'], style: ChalkInstance): string {
  if (first?.rank === undefined) return '';
  const ties = others.filter((point) => (probabilityBetter(first, point, { goal }) ?? 1) < CLEAR);
  const [second] = others;
  const probability = second === undefined ? undefined : probabilityBetter(first, second, { goal });
  if (probability === undefined) return '';
  const sure = probability > 0.995 ? 'more than 99 %' : formatShare(probability);
  const share = `The first point is better than the second with a probability of ${sure}`;
  const tied = ties.map(({ rank }) => rank).filter((rank) => rank !== undefined);
  const verdict = tied.length === 0 ? '' : `: 1${tied.map((rank) => `, ${rank}`).join('')} are a tie`;
  return `${style.dim(`${share}${verdict}.`)}\n`;
}
