import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openEditor, type Editor } from '../../../src/store/editing/open-editor.js';
import { PUBLIC_VIEWS } from '../../../src/store/schema/views.js';
import { ask, completed, declare, epochOf, failed, NEW_YEAR, openTemporary, started, trialOf } from '../helpers.js';

const PAGE = readFileSync(resolve(import.meta.dirname, '../../../../docs/views.md'), 'utf8');

const PARAMETERS = { learning_rate: 3e-5, gamma: 2 };

async function someResults(t: TestContext): Promise<Editor> {
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare({ name: 'quickstart', objective: GOAL }));
  const recorder = handle.recorder();
  for (const id of [1, 2]) {
    await recorder.emit(started(trialOf(handle.nextTrialId(), PARAMETERS)));
    await recorder.emit(epochOf(id, 1, { loss: 1 / id, val_macro_f1: id / 4 }, 1, { checkpoint, classes }));
  }
  await recorder.emit(completed(1));
  await recorder.emit(failed(2, false));
  await store.close();
  const editor = await openEditor(store.path, { now: () => NEW_YEAR });
  t.after(() => editor.close());
  await editor.annotate(1, { note: 'misses roses in fog', addTags: ['shipped'] });
  return editor;
}

const checkpoint = { file: 'epoch-1.ckpt', bytes: 100, sha256: 'ab'.repeat(32) };
const classes = { names: ['daisy', 'rose'], confusion: [3, 1, 2, 4] };

const GOAL = { metric: 'val_macro_f1', goal: 'maximize' } as const;

for (const view of PUBLIC_VIEWS) {
  test(`docs/views.md has every column of ${view}, with its type`, async (t) => {
    const store = await someResults(t);
    const described = await ask(store.reader, `select column_name, column_type from (describe ${view})`);
    const [section = ''] = PAGE.split(`\n## ${view}\n`)[1]?.split('\n## ') ?? [];
    const isWide = section.includes('_each parameter_');
    const columns = described
      .map((row) => [row['column_name'], row['column_type']])
      .filter(([name]) => !isWide || !Object.keys(PARAMETERS).some((parameter) => parameter === name));
    const documented = [...section.matchAll(/^\| `(\w+)` +\| `([\w[\]]+)` +\| \S/gm)].map(([, name, type]) => [
      name,
      type,
    ]);
    assert.deepEqual(documented, columns);
    assert.equal(columns.length, described.length - (isWide ? Object.keys(PARAMETERS).length : 0));
  });
}

test('every example in docs/views.md runs and returns rows', async (t) => {
  const store = await someResults(t);
  const examples = [...PAGE.matchAll(/^```sql\n([^]+?)^```$/gm)].map(([, sql]) => sql!);
  const commands = [...PAGE.matchAll(/^\$ sweep sql "(.+?)"/gm)].map(([, sql]) => sql!);
  assert.ok(examples.length >= 4 && commands.length === 2, 'the pattern finds them');
  for (const sql of [...examples, ...commands]) {
    assert.ok((await ask(store.reader, sql)).length > 0, sql);
  }
});
