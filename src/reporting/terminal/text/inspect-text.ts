import type { ChalkInstance } from 'chalk';
import type { Advice, Duplicates, Inspection } from '../../../core/reports/dataset-inspection.js';
import { printable } from '../../../core/printable.js';
import { formatCount, formatCounted, formatParam } from '../../../core/format.js';
import { byUrgency, imageFacts, problemsOf } from '../../inspection-facts.js';
import { drawTable, type TableColumn } from '../tables/table.js';

export interface InspectTextOptions {
  readonly columns: number | undefined;
  readonly style: ChalkInstance;
}

/** Classes, duplicates and corrupt files that are listed; the others are counted. */
const LISTED = 12;

/** The facts of a dataset for a terminal, with advice for the sweep file. */
export function inspectText(inspection: Inspection, advice: readonly Advice[], options: InspectTextOptions): string {
  const { style } = options;
  const { path, images, classes, isMultiLabel } = inspection;
  const title = (text: string): string => `\n${style.bold(text)}\n`;
  return [
    `${style.bold(printable(path))}  ${formatCounted(images, 'image')} in ${classes.length === 1 ? '1 class' : `${formatCount(classes.length)} classes`}${isMultiLabel ? '; an image can have several' : ''}\n`,
    title('Classes'),
    classTable(inspection, options),
    title('Images'),
    ...imageFacts(inspection).map(([name, text]) => `${style.dim(name.padEnd(16))}${text}\n`),
    ...problems(inspection, options).flatMap(([name, lines]) => [title(name), ...lines.map((line) => `${line}\n`)]),
    title('Advice'),
    ...advice.map(
      ({ name, values, reason }) =>
        `${style.cyan(name)}${values.length > 0 ? ` ${values.map((value) => formatParam(value)).join(', ')}` : ''}\n${style.dim(`  ${printable(reason)}`)}\n`,
    ),
  ].join('');
}

function classTable({ classes, imbalance, comesSplit }: Inspection, { columns, style }: InspectTextOptions): string {
  const most = Math.max(...classes.map(({ train, validation }) => train + validation));
  const titles: TableColumn[] = [
    { title: 'class', align: 'left' },
    { title: 'train', align: 'right' },
    { title: comesSplit ? 'validation' : 'validation (seed 0)', align: 'right' },
    { title: '', align: 'left' },
  ];
  const sorted = [...classes].sort((a, b) => b.train + b.validation - (a.train + a.validation));
  const shown = sorted.length <= LISTED ? sorted : [...sorted.slice(0, LISTED - 4), ...sorted.slice(-4)];
  const rows = shown.map(({ name, train, validation }) => [
    name,
    String(train),
    String(validation),
    '█'.repeat(Math.max(1, Math.round((24 * (train + validation)) / most))),
  ]);
  const hidden = sorted.length > shown.length ? `; ${formatCount(sorted.length - shown.length)} more in between` : '';
  return `${drawTable(titles, rows, { columns, style })}${style.dim(`largest to smallest ${imbalance.toFixed(1)} : 1${hidden}`)}\n`;
}

function problems(inspection: Inspection, { style }: InspectTextOptions): [string, string[]][] {
  const { corrupt, odd, duplicates } = inspection;
  const found: [string, string[]][] = [];
  const rest = (count: number): string[] =>
    count > LISTED ? [style.dim(`and ${formatCount(count - LISTED)} more`)] : [];
  if (duplicates.length > 0) {
    const straddling = duplicates.filter(({ straddle }) => straddle).length;
    const disagreeing = duplicates.filter(({ disagree }) => disagree).length;
    const summary = `${formatCounted(duplicates.length, 'group')}; ${formatCount(straddling)} in both training and validation, ${formatCount(disagreeing)} with different classes`;
    const worst = byUrgency(duplicates).slice(0, LISTED);
    found.push(['Duplicates', [summary, ...worst.map(duplicateLine), ...rest(duplicates.length)]]);
  }
  if (corrupt.length > 0) {
    const lines = corrupt
      .slice(0, LISTED)
      .map(({ name, reason }) => `${style.red(printable(name))}  ${printable(reason)}`);
    found.push([`Corrupt files: ${formatCount(corrupt.length)}`, [...lines, ...rest(corrupt.length)]]);
  }
  if (odd.length > 0) {
    found.push([
      'Unusual images',
      odd.map(
        ({ kind, count, examples }) => `${kind}: ${formatCount(count)}  ${style.dim(printable(examples.join(', ')))}`,
      ),
    ]);
  }
  return found;
}

const duplicateLine = (group: Duplicates): string => {
  const { kind, images, disagree } = group;
  const names = images.slice(0, 3).map(({ name, label }) => printable(disagree ? `${name} (${label})` : name));
  const more = images.length > 3 ? ` and ${images.length - 3} more` : '';
  const problems = problemsOf(group);
  return `${kind === 'exact' ? '=' : '≈'} ${names.join('  ')}${more}${problems === '' ? '' : `  [${problems}]`}`;
};
