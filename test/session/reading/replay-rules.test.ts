import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { replayRules } from '../../../src/session/reading/replay-rules.js';
import { openStore } from '../../../src/store/store.js';
import { completed, declare, epochOf, NEW_YEAR, started, temporaryFolder, trialOf } from '../../store/helpers.js';

/** A database with four completed trials of four epochs, the last one the best, and a stopped one. */
async function record(t: TestContext): Promise<string> {
  const db = `${temporaryFolder(t)}/sweeps.duckdb`;
  const store = await openStore(db, { now: () => NEW_YEAR });
  const definition = `name: flowers
method: grid
trainer: ./mine.js
metric: {name: val_accuracy, goal: maximize}
parameters: {gamma: {values: [1, 2, 3, 4, 5]}, epochs: {value: 4}}
`;
  const objective = { metric: 'val_accuracy', goal: 'maximize' } as const;
  const recorder = (await store.openSweep(declare({ definition, objective }))).recorder();
  for (const id of [1, 2, 3, 4, 5]) {
    const begun = NEW_YEAR + id * 100_000;
    await recorder.emit(started(trialOf(id, { gamma: id, epochs: 4 }), 1, begun));
    for (const epoch of [1, 2, 3, 4].slice(0, id === 5 ? 1 : 4)) {
      const value = [0.5, 0.4, 0.3, 0.2, 0.9][id - 1]! + (id === 4 ? epoch ** 2 / 20 : epoch / 100);
      await recorder.emit({ ...epochOf(id, epoch, { val_accuracy: value }), at: begun + epoch * 10_000 });
    }
    const end = { at: begun + 50_000, trialId: id, attempt: 1 };
    if (id === 5) await recorder.emit({ ...end, type: 'trial-stopped', epoch: 1, reason: 'by hand' });
    else await recorder.emit(completed(id, 1, end.at));
  }
  await recorder.close();
  await store.close();
  return db;
}

test('a replay says what each rule saves and loses on completed trials, and which one to take', async (t) => {
  const db = await record(t);
  const rules = ['asha:eta=2', 'median:min_trials=2,warm_up=0', 'patience', 'threshold:lower=0.35'];
  const { trials, cut, best, rules: replays, advised } = await replayRules({ db, sweep: undefined, rules, slots: 1 });
  assert.deepEqual({ trials, cut, best }, { trials: 4, cut: 1, best: 1 });
  const brief = replays.map(({ rule, trained, epochs, stopped, saved, regret }) => ({
    ...{ rule, trained, epochs, stopped, saved },
    lost: regret! > 0,
  }));
  assert.deepEqual(brief, [
    { rule: 'asha:eta=2', trained: 7, epochs: 16, stopped: 3, saved: 90, lost: true },
    { rule: 'median:min_trials=2,warm_up=0', trained: 10, epochs: 16, stopped: 2, saved: 60, lost: true },
    { rule: 'patience', trained: 16, epochs: 16, stopped: 0, saved: 0, lost: false },
    { rule: 'threshold:lower=0.35', trained: 10, epochs: 16, stopped: 2, saved: 60, lost: true },
  ]);
  assert.equal(advised, undefined, 'no rule saves an epoch and loses nothing');
});

test('a rule with a mistake is refused with the words that a sweep file would get', async (t) => {
  const db = await record(t);
  const refused = replayRules({ db, sweep: undefined, rules: ['asha:eat=2'], slots: 1 });
  await assert.rejects(refused, { code: 'RULE_INVALID', message: '--rule asha:eat=2: unknown key `eat`' });
});
