import type { ChalkInstance } from 'chalk';
import { formatCounted, formatDuration, formatMetric, formatShare } from '../../../core/format.js';
import { printable } from '../../../core/printable.js';
import type { RuleReplay, RuleReplays } from '../../../core/results/rule-replay.js';
import { drawTable, type TableCell, type TableColumn } from '../tables/table.js';

export interface ReplayTextOptions {
  /** Width of the terminal; `undefined`: nothing is cut. */
  readonly columns: number | undefined;
  readonly style: ChalkInstance;
}

/** What rules would have saved and cost, as a table, and the rule to take. */
export function replayText(replays: RuleReplays, { columns, style }: ReplayTextOptions): string {
  const { sweep, metric, goal, trials, cut, best, rules, advised } = replays;
  const left = cut > 0 ? `, without ${formatCounted(cut, 'stopped trial')}` : '';
  const heading = `${style.bold(printable(sweep))}  ${formatCounted(trials, 'completed trial')}${left}  best ${formatMetric(best)}  ${style.dim(`${goal} ${printable(metric)}`)}`;
  const table = drawTable(
    COLUMNS,
    rules.map((rule) => row(rule, style)),
    { columns, style },
  );
  return `${heading}\n${table}${advice(advised)}\n`;
}

const COLUMNS: readonly TableColumn[] = [
  { title: 'rule' },
  ...['epochs', 'time saved', 'stopped', 'best found', 'lost'].map((title) => ({ title, align: 'right' }) as const),
];

function row({ rule, trained, epochs, saved, stopped, found, regret }: RuleReplay, style: ChalkInstance): TableCell[] {
  return [
    rule,
    formatShare(trained / epochs),
    formatDuration(saved),
    String(stopped),
    formatMetric(found),
    regret === 0 ? { text: 'nothing', paint: style.green } : { text: formatMetric(regret), paint: style.yellow },
  ];
}

function advice(advised: string | undefined): string {
  if (advised === undefined) return 'No rule would have saved epochs without losing the best trial.';
  const [type = '', settings = ''] = advised.split(/:(.*)/s);
  const keys = settings === '' ? [] : settings.split(',').map((setting) => setting.replace('=', ': '));
  const written = keys.length === 0 ? type : `{ ${[`type: ${type}`, ...keys].join(', ')} }`;
  return `Next time: early_terminate: ${written}`;
}
