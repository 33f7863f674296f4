import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Params, ParamValue } from '../../../src/core/parameters.js';
import type { Cell } from '../../../src/core/results/query-result.js';
import type { Store } from '../../../src/store/store.js';
import { ask, declare, openTemporary, record, trialOf } from '../helpers.js';

/** Records a trial for each set of parameters, one after another. */
async function recorded(t: TestContext, ...params: readonly Params[]): Promise<Store> {
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare());
  const recorder = handle.recorder();
  for (const one of params) await record(recorder, trialOf(handle.nextTrialId(), one), [0.5]);
  return store;
}

async function columnOf(store: Store, name: string): Promise<{ type: Cell | undefined; values: (Cell | undefined)[] }> {
  const described = await ask(store.reader, 'describe leaderboard');
  const rows = await ask(store.reader, `select "${name}" as x from leaderboard order by trial`);
  return {
    type: described.find((column) => column['column_name'] === name)?.['column_type'],
    values: rows.map(({ x }) => x),
  };
}

/** Values in the order in which they are recorded, the column type that holds them all, and the values read back. */
const WIDENINGS: readonly [ParamValue[], string, Cell[]][] = [
  [[1, 2], 'BIGINT', ['1', '2']],
  [[0.1, 2], 'DOUBLE', [0.1, 2]],
  [[2, 0.00003], 'DOUBLE', [2, 0.00003]],
  [[1, 2 ** 70], 'DOUBLE', [1, 2 ** 70]],
  [['b0', 'b7'], 'VARCHAR', ['b0', 'b7']],
  [[true, false], 'BOOLEAN', [true, false]],
  [[0.00003, 'auto'], 'VARCHAR', ['0.00003', 'auto']],
  [['auto', 0.00003], 'VARCHAR', ['auto', '0.00003']],
  [[5, 'auto'], 'VARCHAR', ['5', 'auto']],
  [[true, 'auto', 1], 'VARCHAR', ['true', 'auto', '1']],
  [[null, 3], 'BIGINT', [null, '3']],
  [[null, null], 'VARCHAR', [null, null]],
  [[3, null, 0.5], 'DOUBLE', [3, null, 0.5]],
  [[[1, 2], { a: 'x' }], 'JSON', ['[1,2]', '{"a":"x"}']],
  [[null, 0.25, [0.25, 0.75]], 'JSON', [null, '0.25', '[0.25,0.75]']],
  [['inverse', [1, 2]], 'JSON', ['"inverse"', '[1,2]']],
];

for (const [values, type, read] of WIDENINGS) {
  test(`${JSON.stringify(values)} makes a column of ${type}`, async (t) => {
    const store = await recorded(t, ...values.map((value) => ({ p: value })));
    assert.deepEqual(await columnOf(store, 'p'), { type, values: read });
    const params = await ask(store.reader, 'select params from trials order by trial');
    assert.deepEqual(
      params.map((row) => JSON.parse(row['params'] as string) as unknown),
      values.map((p) => ({ p })),
    );
  });
}

test('a parameter that only some trials have is NULL for the others', async (t) => {
  const store = await recorded(t, { a: 1 }, { b: 'x' }, { a: 2, b: 'y' });
  assert.deepEqual(await ask(store.reader, 'select a, b from leaderboard order by trial'), [
    { a: '1', b: null },
    { a: null, b: 'x' },
    { a: '2', b: 'y' },
  ]);
});

test('a parameter has a prefix if its name equals a view’s column or, ignoring case, another parameter', async (t) => {
  const store = await recorded(t, { seed: 7, Rank: 1, gamma: 2, Gamma: 3, params: 'x', 'optimizer.momentum': 0.9 });
  const [row = {}] = await ask(store.reader, 'from leaderboard');
  const own = [
    'rank',
    'sweep',
    'trial',
    'trial_key',
    'state',
    'objective',
    'best_epoch',
    'seconds',
    'seed',
    'note',
    'tags',
  ];
  assert.deepEqual(
    Object.entries(row).filter(([name]) => !own.includes(name)),
    [
      ['params.seed', '7'],
      ['params.Rank', '1'],
      ['gamma', '2'],
      ['params.Gamma', '3'],
      ['params.params', 'x'],
      ['optimizer.momentum', 0.9],
    ],
  );
  assert.equal((await ask(store.reader, 'from trials')).length, 1);
});

test('columns are kept when the process ends, and the next process can widen them', async (t) => {
  const store = await recorded(t, { a: 1, b: 'x' });
  await store.close();
  const { openStore } = await import('../../../src/store/store.js');
  const again = await openStore(store.path, { now: () => 0 });
  t.after(() => again.close());
  const handle = await again.openSweep(declare());
  await record(handle.recorder(), trialOf(handle.nextTrialId(), { a: 0.5, c: true }), [0.5]);
  assert.deepEqual(await ask(again.reader, 'select a, b, c from leaderboard order by trial'), [
    { a: 1, b: 'x', c: null },
    { a: 0.5, b: null, c: true },
  ]);
});

test('a column can widen while a query reads it', async (t) => {
  const store = await recorded(t, { a: 1 });
  const reading = await store.reader.query('select a, r from leaderboard, range(200000) t(r)');
  const batches = reading[Symbol.asyncIterator]();
  await batches.next();
  const handle = await store.openSweep(declare());
  await record(handle.recorder(), trialOf(handle.nextTrialId(), { a: 'auto', b: 2 }), [0.5]);
  let rows = 0;
  for (let next = await batches.next(); !next.done; next = await batches.next()) rows += next.value.length;
  assert.ok(rows > 100_000);
  assert.deepEqual(await columnOf(store, 'a'), { type: 'VARCHAR', values: ['1', 'auto'] });
});
