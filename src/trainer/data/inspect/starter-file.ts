import { formatParam } from '../../../core/format.js';
import type { ParamValue } from '../../../core/parameters.js';
import type { TableReading } from '../../../core/trainer/table-reading.js';
import type { Advice } from '../../../core/reports/dataset-inspection.js';

export interface StarterOptions {
  readonly name: string;
  /** Path of the dataset, relative to the file's folder. */
  readonly dataset: string;
  readonly reading: TableReading;
  readonly advice: readonly Advice[];
}

/** Text of a sweep file with the advice, each value with its reason as a comment. */
export function starterFile({ name, dataset, reading, advice }: StarterOptions): string {
  const metric = advice.find((one) => one.name === 'metric');
  const folds = advice.find((one) => one.name === 'folds');
  const settings = advice.filter(
    ({ name: key, values }) => values.length === 1 && !['metric', 'folds', 'backbone'].includes(key),
  );
  const axes = advice.filter((one) => one.values.length > 1);
  const backbone = advice.filter(({ name: key }) => key === 'backbone');
  const told = advice.filter((one) => one.values.length === 0);
  return [
    `name: ${JSON.stringify(name)}`,
    `description: ${JSON.stringify(`Written by sweep inspect for ${dataset}`)}`,
    `dataset: ${JSON.stringify(dataset)}`,
    ...Object.entries(reading).flatMap(([key, value]) =>
      value === undefined ? [] : [`${snake(key)}: ${JSON.stringify(value)}`],
    ),
    '',
    ...method(axes),
    ...(metric
      ? [...explained(metric.reason, ''), `metric: { name: ${written(metric.values[0]!)}, goal: maximize }`]
      : []),
    ...told.flatMap(({ reason }) => ['', ...explained(reason, '')]),
    ...settings.flatMap((one) => ['', ...explained(one.reason, ''), `${one.name}: ${written(one.values[0]!)}`]),
    ...(folds
      ? [
          '',
          ...explained(`${folds.reason} For the final choice among the best:`, ''),
          `# folds: ${written(folds.values[0]!)}`,
        ]
      : []),
    '',
    'epochs: 10',
    'schedule: cosine',
    'parameters:',
    ...backbone.flatMap(({ values, reason }) => [
      ...explained(reason, '  '),
      `  backbone: { values: [${values.map(written).join(', ')}] }`,
    ]),
    ...axes.flatMap((one) => [
      ...explained(one.reason, '  '),
      `  ${one.name}: { values: [${one.values.map(written).join(', ')}] }`,
    ]),
    '',
  ].join('\n');
}

/** Largest number of points of a first sweep. */
const POINTS = 12;

/** `grid` for few points, else `random` with a limit. */
function method(axes: readonly Advice[]): string[] {
  const points = axes.reduce((product, { values }) => product * values.length, 1);
  if (points <= POINTS) return ['method: grid'];
  return [
    ...explained(`${POINTS} of ${points} points. Increase run_cap to try more; method: grid tries all of them.`, ''),
    'method: random',
    `run_cap: ${POINTS}`,
  ];
}

/** Numbers as people write them, simple words without quotes; anything else as JSON, which is valid YAML. */
function written(value: ParamValue): string {
  if (typeof value === 'number') return formatParam(value);
  return typeof value === 'string' && /^[a-z][a-z0-9_-]*$/.test(value) ? value : JSON.stringify(value);
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Wraps a comment to lines of at most 100 characters. */
function explained(reason: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of reason.split(' ')) {
    if (line.length + word.length > 96) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => `${indent}# ${one}`);
}
