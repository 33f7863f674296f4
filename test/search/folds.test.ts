import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSweep } from '../../src/sweep/parse.js';
import { planTrials, type Plan } from '../../src/search/plan.js';
import { imageClassifier } from '../../src/trainer/manifest.js';
import { FILE } from '../sweep/helpers.js';
import { identity } from './helpers.js';

const plan = (text: string): Plan =>
  planTrials(parseSweep({ file: FILE, text }, { manifest: imageClassifier }), identity);

const shown = (planned: Plan): string[] =>
  Array.from(planned.enumeration!.trials(), ({ params: { gamma, fold }, seed }) =>
    JSON.stringify({ gamma, seed, fold }),
  );

test('every point and seed has a trial for each fold, consecutive and with its own key', () => {
  const planned = plan('method: grid\nfolds: 3\nseeds: [0, 1]\nparameters: {gamma: {values: [0, 2]}}\n');
  assert.equal(planned.size, 12);
  assert.deepEqual(shown(planned).slice(0, 7), [
    '{"gamma":0,"seed":0,"fold":0}',
    '{"gamma":0,"seed":0,"fold":1}',
    '{"gamma":0,"seed":0,"fold":2}',
    '{"gamma":2,"seed":0,"fold":0}',
    '{"gamma":2,"seed":0,"fold":1}',
    '{"gamma":2,"seed":0,"fold":2}',
    '{"gamma":0,"seed":1,"fold":0}',
  ]);
  assert.equal(new Set(Array.from(planned.enumeration!.trials(), ({ key }) => key)).size, 12);
  assert.ok([...planned.enumeration!.trials()].every(({ params }) => params['folds'] === 3));
});

test('every trial of a plan with folds is found again by its parameters and seed', () => {
  for (const method of ['grid', 'random']) {
    const more = method === 'random' ? 'run_cap: 11\n' : '';
    const planned = plan(
      `method: ${method}\nfolds: 4\nseeds: [3, 5]\n${more}parameters: {gamma: {values: [0, 1, 2]}}\n`,
    );
    assert.equal(planned.size, method === 'random' ? 11 : 24);
    for (const { position, params, seed } of planned.enumeration!.trials()) {
      assert.equal(planned.enumeration!.positionOf(params, seed), position);
      assert.equal(planned.enumeration!.positionOf({ ...params, fold: 4 }, seed), undefined);
    }
  }
});

test('a random search tries each point with every fold before the next point', () => {
  const planned = plan('method: random\nfolds: 2\nparameters: {gamma: {values: [0, 1, 2]}}\n');
  const points = Array.from(planned.enumeration!.trials(), ({ params }) => [params['gamma'], params['fold']]);
  for (let place = 0; place < 6; place += 2) {
    assert.equal(points[place]![0], points[place + 1]![0]);
    assert.deepEqual([points[place]![1], points[place + 1]![1]], [0, 1]);
  }
});

test('a file can list the folds to try', () => {
  assert.deepEqual(
    shown(plan('method: grid\nfolds: 5\nparameters: {gamma: {values: [0]}, fold: {values: [1, 3]}}\n')),
    ['{"gamma":0,"seed":0,"fold":1}', '{"gamma":0,"seed":0,"fold":3}'],
  );
  assert.equal(plan('method: grid\nfolds: 5\nfold: 2\nparameters: {gamma: {values: [0, 1]}}\n').size, 2);
});

test("a trainer of the user's own gets folds as an ordinary parameter", () => {
  const own =
    'method: grid\ntrainer: ./own.js\nmetric: {name: loss}\nparameters: {folds: {value: 5}, gamma: {values: [0, 1]}}\n';
  assert.equal(plan(own).size, 2);
});
