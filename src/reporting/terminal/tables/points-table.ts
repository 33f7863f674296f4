import type { ChalkInstance } from 'chalk';
import type { TopPoint } from '../../../core/results/leaderboard.js';
import { formatMetric, formatParam } from '../../../core/format.js';
import { drawTable, type TableCell, type TableColumn } from './table.js';

export interface PointsTableOptions {
  /** Parameters to show. */
  readonly names: readonly string[];
  /** Width of the terminal; `undefined` where nothing needs to be cut. */
  readonly columns: number | undefined;
  readonly style: ChalkInstance;
}

/** Points with the mean and the spread of their trials: `1  5/5  0.8123 ± 0.0102  ...`. */
export function pointsTable(
  points: readonly TopPoint[],
  metric: string,
  { names, columns, style }: PointsTableOptions,
): string {
  const titles: TableColumn[] = [
    { title: 'rank', align: 'right' },
    { title: 'trials', align: 'right' },
    { title: metric, align: 'right' },
    { title: 'best', align: 'right' },
    ...names.map((title): TableColumn => {
      const isNumber = points.every(({ params }) => params[title] == null || typeof params[title] === 'number');
      return { title, align: isNumber ? 'right' : 'left' };
    }),
  ];
  const row = ({ rank, trials, finished, mean, spread, bestTrial, params }: TopPoint): TableCell[] => {
    const text = spread === undefined ? formatMetric(mean) : `${formatMetric(mean)} ± ${formatMetric(spread)}`;
    return [
      rank === undefined ? '-' : String(rank),
      `${finished}/${trials}`,
      rank === 1 ? { text, paint: style.green } : text,
      bestTrial === undefined ? '-' : String(bestTrial),
      ...names.map((name) => (params[name] == null ? '-' : formatParam(params[name]))),
    ];
  };
  return drawTable(titles, points.map(row), { columns, style });
}
