import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { lrFindJson } from '../../src/reporting/json/lr-find-json.js';
import { parseDocumented } from '../json-schemas.js';
import { Rig } from '../rig.js';
import { findOf } from '../store/helpers.js';

const rig = new Rig();
after(() => rig.close());

const TRAINER = `export async function train({ params, report, seed, warn }) {
  warn('a warning');
  for (const epoch of [1, 2]) {
    const classes = { names: ['finch', 'heron'], confusion: [3, 1, 2, 4] };
    await report({ epoch, metrics: { score: params.x + epoch + seed }, classes });
  }
  if (params.x === 3) throw new Error('no three');
}`;

before(async () => {
  rig.write('trainer.mjs', TRAINER);
  const sweep = (values: string, extra = ''): string =>
    `{method: grid, trainer: ./trainer.mjs, metric: {name: score, goal: maximize}, parameters: {x: {values: [${values}]}}${extra}}`;
  rig.write('birds.yaml', sweep('1, 2, 3'));
  rig.write('seeds.yaml', sweep('1, 2', ', seeds: [1, 2]'));
  assert.equal((await rig.run('run', 'seeds.yaml', '-q')).code, 0);
  assert.equal((await rig.run('run', 'birds.yaml', '-q')).code, 1);
});

const COMMANDS: readonly (readonly [schema: string, ...args: readonly string[]])[] = [
  ['status', 'status'],
  ['top', 'top', 'birds'],
  ['top', 'top', 'seeds'],
  ['explain', 'explain', 'birds'],
  ['show', 'show', 'best'],
  ['show', 'show', '7'],
  ['note', 'note', 'best', 'a note'],
  ['note', 'tag', 'best', 'a', 'b'],
  ['plan', 'plan', 'birds.yaml'],
  ['plan', 'run', 'birds.yaml', '--dry-run'],
  ['doctor-db', 'doctor', '--db'],
  ['salvage', 'doctor', '--db', 'results/sweeps.duckdb', '--salvage', 'saved.duckdb'],
  ['reproduce', 'reproduce', 'best'],
  ['delete', 'delete', '7', '--yes'],
  ['weights-list', 'weights', 'list'],
  ['weights-verify', 'weights', 'verify'],
];

for (const [schema, ...args] of COMMANDS) {
  test(`sweep ${args.join(' ')} --json prints what docs/json/${schema}.schema.json describes`, async () => {
    const { code, stdout, stderr } = await rig.run(...args, '--json');
    assert.equal(code, 0, stderr);
    parseDocumented(schema, stdout);
  });
}

test('sweep status --json has the numbers of the sweeps', async () => {
  const { sweeps } = parseDocumented('status', (await rig.run('status', 'birds', '--json')).stdout) as {
    readonly sweeps: readonly Record<string, unknown>[];
  };
  assert.deepEqual(
    sweeps.map(({ sweep, completed, best_trial: best, declared }) => [sweep, completed, best, declared]),
    [['birds', 2, 6, 3]],
  );
});

test('a range test as JSON is what its schema describes', () => {
  parseDocumented('lr-find', lrFindJson([findOf(1), findOf(2, { suggestions: undefined })]));
});

test('sweep doctor --json prints what docs/json/doctor.schema.json describes', async () => {
  parseDocumented('doctor', (await rig.run('doctor', '--json')).stdout);
});

test('every schema is listed in docs/json.md', () => {
  const docs = join(import.meta.dirname, '../../../docs');
  const page = readFileSync(join(docs, 'json.md'), 'utf8');
  const missing = readdirSync(join(docs, 'json')).filter((file) => !page.includes(`(json/${file})`));
  assert.deepEqual(missing, []);
});
