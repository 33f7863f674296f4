import { createHash } from 'node:crypto';
import type { SweepDeclaration, StoredSweep } from '../../core/trial/declaration.js';
import { cellText, type Cell } from '../../core/results/query-result.js';
import type { Value } from '../recording/transaction.js';

/** Columns of `data.revisions` after `sweep` and `revision` and before `created_at`. */
const COLUMNS = [
  ...[
    'description',
    'method',
    'metric',
    'goal',
    'target',
    'declared',
    'definition',
    'definition_hash',
    'definition_path',
  ],
  ...['overrides', 'seeds', 'dataset', 'dataset_fingerprint', 'trainer', 'trainer_version', 'node_version'],
  ...['tensorflow_version', 'sweepwright_version', 'git_commit', 'host'],
];
/** Columns after `created_at`. */
const LATER_COLUMNS = ['cpu', 'gpus', 'threads', 'slots', 'devices', 'trainer_files', 'warnings'];
const ALL_COLUMNS = [...COLUMNS, ...LATER_COLUMNS];

/** Selects the latest revision of every sweep, the sweep opened last first; `storedSweep` reads its rows. */
export const SELECT_SWEEPS = `
  select s.name, d.revision, ${ALL_COLUMNS.map((name) => `d.${name}`).join(', ')}
  from data.sweeps s join data.declarations d on d.sweep = s.id
  order by s.opened_at desc, s.id desc`;

/** Selects one revision: `$1` is the sweep's name, `$2` the revision's number. */
export const SELECT_REVISION = `
  select s.name, d.revision, ${ALL_COLUMNS.map((name) => `d.${name}`).join(', ')}
  from data.sweeps s join data.revisions d on d.sweep = s.id
  where s.name = $1 and d.revision = $2::integer`;

/** A row for `data.revisions`; `at` is milliseconds since 1970. */
export function revisionRow(
  declaration: SweepDeclaration,
  place: readonly [sweep: number, revision: number],
  at: number,
): Value[] {
  const [values, later] = revisionValues(declaration);
  return [...place, ...values, at, ...later];
}

/** Whether two declarations are the same revision: all recorded values are equal. */
export const isSameRevision = (a: SweepDeclaration, b: SweepDeclaration): boolean =>
  JSON.stringify(revisionValues(a)) === JSON.stringify(revisionValues(b));

/** Values of the columns before `created_at`, and of those after it. */
function revisionValues(declaration: SweepDeclaration): readonly [Value[], Value[]] {
  const { objective, versions, processors, threads, slots, devices, trainerFiles, warnings } = declaration;
  const values = [
    ...[declaration.description ?? null, declaration.method],
    ...[objective.metric, objective.goal, objective.target ?? null, declaration.declared ?? null],
    ...[declaration.definition, definitionHash(declaration), declaration.definitionPath],
    ...[JSON.stringify(declaration.overrides), JSON.stringify(declaration.seeds)],
    ...[declaration.dataset ?? null, declaration.datasetFingerprint ?? null],
    ...[declaration.trainer, declaration.trainerVersion],
    ...[versions.node, versions.tensorflow ?? null, versions.sweepwright],
    ...[declaration.gitCommit ?? null, declaration.host],
  ];
  const hardware = [processors?.cpu ?? null, jsonOrNull(processors?.gpus)];
  const flags = [slots === undefined ? null : String(slots), jsonOrNull(devices)];
  const inputs = [jsonOrNull(trainerFiles), jsonOrNull(warnings)];
  return [values, [...hardware, threads ?? null, ...flags, ...inputs]];
}

const jsonOrNull = (value: object | undefined): string | null => (value === undefined ? null : JSON.stringify(value));

/** SHA-256 of the user's input: the sweep file and the overrides (`--set`). */
export function definitionHash({ definition, overrides }: SweepDeclaration): string {
  return createHash('sha256')
    .update(JSON.stringify([definition, overrides]))
    .digest('hex');
}

/** Reads a row of `SELECT_SWEEPS` or `SELECT_REVISION`. */
export function storedSweep([name, revision, ...cells]: readonly Cell[]): StoredSweep {
  const row = Object.fromEntries(ALL_COLUMNS.map((column, index) => [column, cells[index] ?? null]));
  const text = (column: string): string => cellText(row[column]);
  const textOrNone = (column: string): string | undefined => (row[column] === null ? undefined : text(column));
  const target = row['target'] === null ? {} : { target: Number(row['target']) };
  return {
    name: cellText(name),
    revision: Number(revision),
    description: textOrNone('description'),
    method: text('method'),
    objective: { metric: text('metric'), goal: row['goal'] === 'maximize' ? 'maximize' : 'minimize', ...target },
    declared: row['declared'] === null ? undefined : Number(row['declared']),
    definition: text('definition'),
    definitionHash: text('definition_hash'),
    definitionPath: text('definition_path'),
    overrides: JSON.parse(text('overrides')) as string[],
    seeds: JSON.parse(text('seeds')) as number[],
    dataset: textOrNone('dataset'),
    datasetFingerprint: textOrNone('dataset_fingerprint'),
    trainer: text('trainer'),
    trainerVersion: text('trainer_version'),
    versions: {
      node: text('node_version'),
      tensorflow: textOrNone('tensorflow_version'),
      sweepwright: text('sweepwright_version'),
    },
    gitCommit: textOrNone('git_commit'),
    host: text('host'),
    ...(row['cpu'] !== null && {
      processors: { cpu: text('cpu'), gpus: JSON.parse(text('gpus')) as Record<string, string> },
    }),
    threads: row['threads'] === null ? undefined : Number(row['threads']),
    slots: row['slots'] === null ? undefined : text('slots') === 'auto' ? 'auto' : Number(row['slots']),
    devices: row['devices'] === null ? undefined : (JSON.parse(text('devices')) as string[]),
    ...(row['trainer_files'] !== null && { trainerFiles: JSON.parse(text('trainer_files')) as Record<string, string> }),
    ...(row['warnings'] !== null && { warnings: JSON.parse(text('warnings')) as string[] }),
  };
}
