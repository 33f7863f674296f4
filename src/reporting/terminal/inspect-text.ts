import type { ChalkInstance } from 'chalk';
import { formatCount, formatCounted } from '../format.js';
import { drawTable, type TableColumn } from './table.js';
import type { Advice } from '../../trainer/data/inspect/advice.js';
import type { Duplicates, Inspection, Quantiles } from '../../trainer/data/inspect/inspection.js';

export interface InspectTextOptions {
  readonly columns: number | undefined;
  readonly style: ChalkInstance;
}

/** Classes and duplicates that are listed; the rest is counted. */
const LISTED = 12;

/** What a look at a dataset told, for a terminal. */
export function inspectText(inspection: Inspection, advice: readonly Advice[], options: InspectTextOptions): string {
  const { style } = options;
  const { path, images, classes, isMultiLabel } = inspection;
  const title = (text: string): string => `\n${style.bold(text)}\n`;
  return [
    `${style.bold(path)}  ${formatCount(images)} images in ${formatCount(classes.length)} classes${isMultiLabel ? ', several to an image' : ''}\n`,
    title('Classes'),
    classTable(inspection, options),
    title('Images'),
    ...imageLines(inspection).map(([name, text]) => `${style.dim(name.padEnd(16))}${text}\n`),
    ...problems(inspection, options).flatMap(([name, lines]) => [title(name), ...lines.map((line) => `${line}\n`)]),
    title('Advice'),
    ...advice.map(
      ({ name, values, reason }) =>
        `${style.cyan(name)}${values.length > 0 ? ` ${values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(', ')}` : ''}\n${style.dim(`  ${reason}`)}\n`,
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
  const hidden =
    sorted.length > shown.length ? `; ${sorted.length - shown.length} classes in between are not shown` : '';
  return `${drawTable(titles, rows, { columns, style })}${style.dim(`largest to smallest ${imbalance.toFixed(1)} : 1${hidden}`)}\n`;
}

function imageLines({ widths, heights, aspects, channels, tooSmall, shortSides }: Inspection): [string, string][] {
  const range = ({ least, median, most }: Quantiles, digits = 0): string =>
    least === most
      ? least.toFixed(digits)
      : `${least.toFixed(digits)} to ${most.toFixed(digits)}, median ${median.toFixed(digits)}`;
  const triple = (values: readonly number[]): string => values.map((value) => value.toFixed(3)).join('  ');
  const enlarged = tooSmall.filter(({ count }) => count > 0);
  const [first] = enlarged;
  return [
    ['width', `${range(widths)} px`],
    ['height', `${range(heights)} px`],
    ['shorter side', `${range(shortSides)} px`],
    ['width : height', range(aspects, 2)],
    ['mean RGB', triple(channels.mean)],
    ['deviation', triple(channels.deviation)],
    [
      'enlarged',
      first === undefined
        ? 'none, for any backbone at its own size'
        : enlarged
            .filter(({ count }, place) => count !== enlarged[place - 1]?.count)
            .map(({ count, resolution }) => `${formatCount(count)} at an image_size of ${resolution} and above`)
            .join(', '),
    ],
  ];
}

function problems(inspection: Inspection, { style }: InspectTextOptions): [string, string[]][] {
  const { corrupt, odd, duplicates } = inspection;
  const found: [string, string[]][] = [];
  const rest = (count: number): string[] =>
    count > LISTED ? [style.dim(`and ${formatCount(count - LISTED)} more`)] : [];
  if (duplicates.length > 0) {
    const straddling = duplicates.filter(({ straddle }) => straddle).length;
    const disagreeing = duplicates.filter(({ disagree }) => disagree).length;
    const summary = `${formatCounted(duplicates.length, 'group')}; ${formatCount(straddling)} across training and validation, ${formatCount(disagreeing)} with different classes`;
    const worst = [...duplicates].sort((a, b) => weight(b) - weight(a)).slice(0, LISTED);
    found.push(['Duplicates', [summary, ...worst.map(duplicateLine), ...rest(duplicates.length)]]);
  }
  if (corrupt.length > 0) {
    const lines = corrupt.slice(0, LISTED).map(({ name, reason }) => `${style.red(name)}  ${reason}`);
    found.push([`Corrupt: ${formatCount(corrupt.length)}`, [...lines, ...rest(corrupt.length)]]);
  }
  if (odd.length > 0) {
    found.push([
      'Odd',
      odd.map(({ kind, count, examples }) => `${kind}: ${formatCount(count)}  ${style.dim(examples.join(', '))}`),
    ]);
  }
  return found;
}

const weight = ({ straddle, disagree }: Duplicates): number => Number(straddle) + 2 * Number(disagree);

const duplicateLine = ({ kind, images, straddle, disagree }: Duplicates): string => {
  const names = images.slice(0, 3).map(({ name, label }) => (disagree ? `${name} (${label})` : name));
  const more = images.length > 3 ? ` and ${images.length - 3} more` : '';
  const marks = [straddle && 'train and validation', disagree && 'different classes'].filter(Boolean).join(', ');
  return `${kind === 'exact' ? '=' : '≈'} ${names.join('  ')}${more}${marks === '' ? '' : `  [${marks}]`}`;
};
