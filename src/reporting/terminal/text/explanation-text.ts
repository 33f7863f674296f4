import type { ChalkInstance } from 'chalk';
import type { Explanation, FailureSpot, ParameterEffect } from '../../../core/reports/explanation.js';
import { formatCounted, formatDuration, formatMetric, formatParams, formatShare } from '../../../core/format.js';
import { canonicalJson } from '../../../core/parameters.js';
import { printable } from '../../../core/printable.js';
import { drawTable, type TableColumn } from '../tables/table.js';

/** What mattered in a sweep: importance as bars, a table for each parameter, and where trials failed. */
export function explanationText(
  explanation: Explanation,
  { columns, style }: { readonly columns: number | undefined; readonly style: ChalkInstance },
): string {
  const { sweep, objective, trials, failed, seconds, effects, failures } = explanation;
  const counts = `${formatCounted(trials, 'finished trial')}, ${failed} failed, ${formatDuration(seconds)} of training`;
  const sections = [
    `${style.bold(printable(sweep))}  ${counts}  ${style.dim(`${objective.goal} ${printable(objective.metric)}`)}`,
    importanceText(explanation, style),
    ...effects.map((effect) => effectTable(effect, { columns, style })),
    failures.length === 0 ? '' : [style.bold('Where trials failed'), ...failures.map(failureLine)].join('\n'),
  ];
  return `${sections.filter(Boolean).join('\n\n').trimEnd()}\n`;
}

const BAR = 30;

function importanceText({ importance, interactions, effects }: Explanation, style: ChalkInstance): string {
  if (effects.length === 0) return style.dim('No parameter has more than one value yet.');
  if (importance.length === 0) return style.dim('What matters can be said once 10 trials have finished.');
  const pairs = interactions.slice(0, 3).map(({ names, share }) => ({ name: names.join(' with '), share }));
  const width = Math.max(...[...importance, ...pairs].map(({ name }) => printable(name).length));
  const line = ({ name, share }: { readonly name: string; readonly share: number }): string => {
    const bar = '█'.repeat(Math.round(share * BAR)).padEnd(BAR);
    return `${printable(name).padEnd(width)}  ${style.green(bar)}  ${(share < 0.005 ? '0 %' : formatShare(share)).padStart(5)}`;
  };
  const title = `${style.bold('What matters')}  ${style.dim('share of the variation that each explains')}`;
  return [title, ...importance.map(line), ...pairs.map(line)].join('\n');
}

function effectTable(
  { name, groups }: ParameterEffect,
  { columns, style }: { readonly columns: number | undefined; readonly style: ChalkInstance },
): string {
  const titles: TableColumn[] = [
    { title: printable(name) },
    ...['trials', 'mean', '95 % interval', 'best', 'time'].map((title) => ({ title, align: 'right' }) as const),
  ];
  const rows = groups.map(({ text, trials, mean, low, high, best, time }) => [
    printable(text),
    String(trials),
    formatMetric(mean),
    low === undefined ? '-' : `${formatMetric(low)} to ${formatMetric(high)}`,
    formatMetric(best),
    formatShare(time),
  ]);
  return drawTable(titles, rows, { columns, style }).trimEnd();
}

function failureLine({ params, failed, trials }: FailureSpot): string {
  const rule = Object.entries(params).map(([name, value]) => `${name}: ${canonicalJson(value)}`);
  const where = formatParams(params, Object.keys(params));
  return printable(
    `${where}: ${failed} of ${formatCounted(trials, 'trial')} failed  exclude: [{ ${rule.join(', ')} }]`,
  );
}
