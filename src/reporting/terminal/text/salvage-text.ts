import type { ChalkInstance } from 'chalk';
import { formatCounted } from '../../../core/format.js';
import type { Salvage, SalvagedTable } from '../../../core/results/database-report.js';

export interface SalvageTextOptions {
  readonly db: string;
  readonly to: string;
  /** Where the checkpoints are, and where the new database expects them. */
  readonly checkpoints: { readonly from: string; readonly to: string } | undefined;
  readonly style: ChalkInstance;
}

/** What was saved of a damaged database, a line for each table, and what to do next. */
export function salvageText(
  { tables, isLogLost }: Salvage,
  { db, to, checkpoints, style }: SalvageTextOptions,
): string {
  const isComplete = !isLogLost && tables.every(({ lost, emptied }) => lost === 0 && emptied.length === 0);
  return [
    ...tables.filter(({ saved, lost }) => saved + lost > 0).map((table) => `${tableText(table, style)}\n`),
    isLogLost ? `${style.red('lost')}  the write-ahead log ${db}.wal: rows written since the last checkpoint\n` : '',
    `\n${isComplete ? 'Everything could be read.' : 'All that could be read is saved.'} The new database is ${to}.\n`,
    checkpoints ? `Its checkpoints are still in ${checkpoints.from}: move that folder to ${checkpoints.to}\n` : '',
    `${checkpoints ? 'Then' : 'Next'}: sweep doctor --db ${to} --repair removes rows that belong to lost ones.\n`,
  ].join('');
}

function tableText({ name, saved, lost, emptied }: SalvagedTable, style: ChalkInstance): string {
  const parts = [
    `${formatCounted(saved, 'row')} of ${name}`,
    ...(lost > 0 ? [`up to ${formatCounted(lost, 'row')} lost`] : []),
    ...(emptied.length > 0 ? [`some values of ${emptied.join(', ')} lost`] : []),
  ];
  return `${parts.length === 1 ? style.green('ok  ') : style.red('lost')}  ${parts.join(', ')}`;
}
