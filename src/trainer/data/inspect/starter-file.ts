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
  const settings = advice.filter((one) => one.name !== 'metric' && one.values.length === 1);
  const axes = advice.filter((one) => one.values.length > 1);
  const told = advice.filter((one) => one.values.length === 0);
  return [
    `name: ${JSON.stringify(name)}`,
    `description: ${JSON.stringify(`Written by sweep inspect for ${dataset}`)}`,
    `dataset: ${JSON.stringify(dataset)}`,
    ...Object.entries(reading).flatMap(([key, value]) =>
      value === undefined ? [] : [`${snake(key)}: ${JSON.stringify(value)}`],
    ),
    '',
    ...method(axes, settings),
    ...(metric
      ? [...explained(metric.reason, ''), `metric: { name: ${written(metric.values[0]!)}, goal: maximize }`]
      : []),
    ...told.flatMap(({ reason }) => ['', ...explained(reason, '')]),
    ...settings.flatMap((one) => ['', ...explained(one.reason, ''), `${one.name}: ${written(one.values[0]!)}`]),
    '',
    'epochs: 10',
    'parameters:',
    '  backbone: { values: [b0] }',
    ...explained(RATES, '  '),
    `  learning_rate: { values: [${LEARNING_RATES.join(', ')}] }`,
    ...axes.flatMap((one) => [
      ...explained(one.reason, '  '),
      `  ${one.name}: { values: [${one.values.map(written).join(', ')}] }`,
    ]),
    '',
  ].join('\n');
}

const LEARNING_RATES = ['3e-4', '1e-3'];
const RATES =
  'For weights from scratch. On few images published ones do better: `sweep weights fetch b0`, `weights: imagenet` here, and rates ten times lower.';

/** Largest number of points of a first sweep. */
const POINTS = 12;

/** `grid` for few points, else `random` with a limit. */
function method(axes: readonly Advice[], settings: readonly Advice[]): string[] {
  const points = axes.reduce((product, { values }) => product * values.length, LEARNING_RATES.length);
  if (points <= POINTS) return ['method: grid'];
  const folds = Number(settings.find(({ name }) => name === 'folds')?.values[0] ?? 1);
  const each = folds === 1 ? '' : `, each in ${folds} folds`;
  return [
    ...explained(
      `${POINTS} of ${points} points${each}. Increase run_cap to try more; method: grid tries all of them.`,
      '',
    ),
    'method: random',
    `run_cap: ${POINTS * folds}`,
  ];
}

/** Simple words without quotes; anything else as JSON, which is valid YAML. */
const written = (value: ParamValue): string =>
  typeof value === 'string' && /^[a-z][a-z_-]*$/.test(value) ? value : JSON.stringify(value);

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
