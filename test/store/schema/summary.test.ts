import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import { leaderboardJson } from '../../../src/reporting/terminal/tables/leaderboard-json.js';
import { leaderboardText } from '../../../src/reporting/terminal/tables/leaderboard.js';
import { leaderboardOf } from '../../../src/session/reading/read-leaderboard.js';
import type { Params } from '../../../src/core/parameters.js';
import type { Store } from '../../../src/store/store.js';
import { ask, declare, openTemporary, record, started, trialOf } from '../helpers.js';

/** Records a trial per row of parameters, seed and objective. A trial without an objective is still running. */
async function sweepOf(
  store: Store,
  trials: readonly (readonly [params: Params, seed: number, objective?: number])[],
  goal: 'minimize' | 'maximize' = 'maximize',
): Promise<void> {
  const handle = await store.openSweep(declare({ objective: { metric: 'val_accuracy', goal } }));
  const recorder = handle.recorder();
  for (const [params, seed, objective] of trials) {
    const trial = trialOf(handle.nextTrialId(), params, seed);
    if (objective === undefined) await recorder.emit(started(trial));
    else await record(recorder, trial, [objective]);
  }
  await recorder.close();
}

const columns = 'rank, trials, finished, round(mean, 4) as mean, round(spread, 4) as spread, best_trial, gamma';

test('trials that differ only in seed or fold are one row, with their mean and spread', async (t) => {
  const store = await openTemporary(t);
  await sweepOf(store, [
    [{ gamma: 0, folds: 2, fold: 0 }, 1, 0.9],
    [{ gamma: 0, folds: 2, fold: 1 }, 1, 0.5],
    [{ gamma: 2, folds: 2, fold: 0 }, 1, 0.7],
    [{ gamma: 2, folds: 2, fold: 1 }, 1, 0.8],
    [{ gamma: 2, folds: 2, fold: 0 }, 4, 0.9],
    [{ gamma: 3, folds: 2, fold: 0 }, 1],
  ]);
  assert.deepEqual(await ask(store.reader, `select ${columns} from summary order by rank nulls last`), [
    { rank: 1, trials: 3, finished: 3, mean: 0.8, spread: 0.1, best_trial: 5, gamma: '2' },
    { rank: 2, trials: 2, finished: 2, mean: 0.7, spread: 0.2828, best_trial: 1, gamma: '0' },
    { rank: null, trials: 1, finished: 0, mean: null, spread: null, best_trial: null, gamma: '3' },
  ]);
});

test('less is better where the goal is to minimize, and order of parameters does not matter', async (t) => {
  const store = await openTemporary(t);
  const trials = [
    [{ gamma: 0, alpha: [0.1, 0.9] }, 1, 0.5],
    [{ alpha: [0.1, 0.9], gamma: 0 }, 2, 0.7],
    [{ gamma: 2, alpha: [0.1, 0.9] }, 1, 0.4],
  ] as const;
  await sweepOf(store, trials, 'minimize');
  assert.deepEqual(await ask(store.reader, `select ${columns} from summary order by rank`), [
    { rank: 1, trials: 1, finished: 1, mean: 0.4, spread: null, best_trial: 3, gamma: '2' },
    { rank: 2, trials: 2, finished: 2, mean: 0.6, spread: 0.1414, best_trial: 1, gamma: '0' },
  ]);
});

test('best_trial is the first one of trials with equal objectives', async (t) => {
  const store = await openTemporary(t);
  await sweepOf(
    store,
    Array.from({ length: 40 }, (_, seed) => [{ gamma: 0 }, seed, seed === 0 ? 0.1 : 0.9] as const),
  );
  assert.deepEqual(await ask(store.reader, 'select trials, best_trial from summary'), [{ trials: 40, best_trial: 2 }]);
});

test('a parameter with the name of a view’s column has a prefix', async (t) => {
  const store = await openTemporary(t);
  await sweepOf(store, [[{ mean: 3, trials: 'x' }, 1, 0.5]]);
  assert.deepEqual(await ask(store.reader, 'select mean, "params.mean", "params.trials" from summary'), [
    { mean: 0.5, 'params.mean': '3', 'params.trials': 'x' },
  ]);
});

test('the leaderboard shows points for a sweep with several seeds, and trials for one without', async (t) => {
  const store = await openTemporary(t);
  const style = new Chalk({ level: 0 });
  const read = (count = 10) => leaderboardOf(store.reader, 'flowers', count);
  const board = async () => leaderboardText(await read(), { columns: undefined, style });
  await sweepOf(store, [
    [{ gamma: 0 }, 1, 0.9],
    [{ gamma: 2 }, 1, 0.8],
  ]);
  assert.match(await board(), /\nrank +trial +val_accuracy +epoch +time +gamma\n/);
  assert.doesNotMatch(leaderboardJson(await read()), /"points"/);
  await sweepOf(store, [[{ gamma: 0 }, 2, 0.5]]);
  assert.match(
    await board(),
    /\nrank +trials +val_accuracy +best +gamma\n +1 +1\/1 +0\.8000 +2 +2\n +2 +2\/2 +0\.7000 ± 0\.2828 +1 +0\n$/,
  );
  const { points } = JSON.parse(leaderboardJson(await read(1))) as { points: object[] };
  assert.deepEqual(points, [
    {
      ...{
        rank: 1,
        trials: 1,
        finished: 1,
        confirmed: 0,
        mean: 0.8,
        spread: null,
        low: null,
        high: null,
        best_trial: 2,
      },
      params: { gamma: 2 },
    },
  ]);
});

test('trials that confirm a point decide its mean and its rank alone', async (t) => {
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare({ objective: { metric: 'val_accuracy', goal: 'maximize' } }));
  const recorder = handle.recorder();
  const trials = [
    ...([
      [0, 1, 0.99],
      [1, 1, 0.8],
      [2, 1, 0.7],
    ] as const),
    ...([
      [1, 2, 0.75, true],
      [1, 3, 0.77, true],
      [1, 4, 0.76, true],
    ] as const),
    ...([
      [2, 2, 0.71, true],
      [2, 3, 0.72, true],
      [2, 4, 0.79, true],
    ] as const),
  ] as const;
  for (const [gamma, seed, objective, confirms] of trials) {
    await record(recorder, { ...trialOf(handle.nextTrialId(), { gamma }, seed), confirms }, [objective]);
  }
  const shown =
    'rank, finished, confirmed, round(mean, 4) as mean, round(low, 4) as low, round(high, 4) as high, gamma';
  assert.deepEqual(await ask(store.reader, `select ${shown} from summary order by rank`), [
    // numpy and scipy: mean of 0.75, 0.77, 0.76, and its t interval.
    { rank: 1, finished: 4, confirmed: 3, mean: 0.76, low: 0.7352, high: 0.7848, gamma: '1' },
    { rank: 2, finished: 4, confirmed: 3, mean: 0.74, low: 0.6317, high: 0.8483, gamma: '2' },
    { rank: 3, finished: 1, confirmed: 0, mean: 0.99, low: null, high: null, gamma: '0' },
  ]);
  const board = leaderboardText(await leaderboardOf(store.reader, 'flowers', 10), {
    columns: undefined,
    style: new Chalk({ level: 0 }),
  });
  assert.match(board, /\nrank +trials +new seeds +val_accuracy +95 % interval +best +gamma\n/);
  assert.match(board, / 1 +4\/4 +3 +0\.7600 ± 0\.0100 +0\.7352 to 0\.7848 +2 +1\n/);
  assert.match(board, /better than the second with a probability of 74 %: 1, 2 are a tie\.\n$/);
});
