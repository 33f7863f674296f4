import { createHash } from 'node:crypto';
import type { SweepDeclaration, StoredSweep } from './declaration.js';
import { cellText, type Cell } from './query-result.js';
import type { Value } from './transaction.js';

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

/** Reads the latest revision of every sweep, the one opened last first; `storedSweep` makes a record of it. */
export const SELECT_SWEEPS = `
  select s.name, d.revision, ${COLUMNS.map((name) => `d.${name}`).join(', ')}
  from data.sweeps s join data.declarations d on d.sweep = s.id
  order by s.opened_at desc, s.id desc`;

/** A declaration as a row: everything but the time. */
export function revisionValues(declaration: SweepDeclaration): Value[] {
  const { objective, versions } = declaration;
  return [
    ...[declaration.description ?? null, declaration.method],
    ...[objective.metric, objective.goal, objective.target ?? null, declaration.declared ?? null],
    ...[declaration.definition, definitionHash(declaration), declaration.definitionPath],
    ...[JSON.stringify(declaration.overrides), JSON.stringify(declaration.seeds)],
    ...[declaration.dataset ?? null, declaration.datasetFingerprint ?? null],
    ...[declaration.trainer, declaration.trainerVersion],
    ...[versions.node, versions.tensorflow ?? null, versions.sweepwright],
    ...[declaration.gitCommit ?? null, declaration.host],
  ];
}

/** SHA-256 of what the user wrote: the file and what was set over it. */
export function definitionHash({ definition, overrides }: SweepDeclaration): string {
  return createHash('sha256')
    .update(JSON.stringify([definition, overrides]))
    .digest('hex');
}

/** A row of `SELECT_SWEEPS`. */
export function storedSweep([name, revision, ...cells]: readonly Cell[]): StoredSweep {
  const row = Object.fromEntries(COLUMNS.map((column, index) => [column, cells[index] ?? null]));
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
  };
}
