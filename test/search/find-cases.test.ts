import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Params } from '../../src/core/parameters.js';
import type { SweepDefinition } from '../../src/sweep/definition.js';
import { findCases } from '../../src/search/find-cases.js';
import { parseSweep } from '../../src/sweep/parse.js';
import { planTrials } from '../../src/search/plan.js';
import { imageClassifier } from '../../src/trainer/manifest.js';
import { FILE, grid, random } from '../sweep/helpers.js';
import { identity } from './helpers.js';

const parse = (text: string): SweepDefinition => parseSweep({ file: FILE, text }, { manifest: imageClassifier });
const BACKBONES = '  backbone: {values: [b0, b3]}\n';
const defaults: Params = { backbone: 'b0', gamma: 0 };
const cases = (definition: SweepDefinition) =>
  findCases(definition, { parameter: 'learning_rate', per: 'backbone' }, defaults);

function ratesOf(text: string, centres: Readonly<Record<string, number>>): unknown[] {
  const plan = planTrials(parse(text), { ...identity, defaults }, new Map(Object.entries(centres)));
  return [...plan.enumeration!.trials()].map(({ params }) => [params['backbone'] ?? 'b0', params['learning_rate']]);
}

test('a grid tries what was found for each backbone, a third of it and three times it', () => {
  assert.deepEqual(ratesOf(grid(`${BACKBONES}  learning_rate: {find: true}`), { b0: 3e-4, b3: 1e-3 }), [
    ['b0', 1e-4],
    ['b0', 3e-4],
    ['b0', 9e-4],
    ['b3', 3.33e-4],
    ['b3', 1e-3],
    ['b3', 3e-3],
  ]);
});

test('points and spread set the number and the range of the values in a grid', () => {
  const rates = (find: string): unknown[] =>
    ratesOf(grid(`  learning_rate: {find: ${find}}`), { b0: 1e-3 }).map((pair) => (pair as unknown[])[1]);
  assert.deepEqual(rates('{points: 1}'), [1e-3]);
  assert.deepEqual(rates('{points: 2, spread: 2}'), [5e-4, 2e-3]);
  assert.deepEqual(rates('{points: 5, spread: 100}'), [1e-5, 1e-4, 1e-3, 1e-2, 1e-1]);
});

test('a random search draws between a tenth and ten times what was found, the same for every run of it', () => {
  const text = random(`${BACKBONES}  learning_rate: {find: true}`, 'run_cap: 40');
  const centres = { b0: 1e-4, b3: 1 };
  const rates = ratesOf(text, centres) as [string, number][];
  assert.deepEqual(ratesOf(text, centres), rates);
  for (const [backbone, rate] of rates) {
    const factor = rate / centres[backbone as 'b0' | 'b3'];
    assert.ok(factor >= 0.1 && factor <= 10, `${backbone} ${rate}`);
  }
  assert.ok(rates.some(([, rate]) => rate > 2) && rates.some(([, rate]) => rate < 1e-4));
  assert.equal(new Set(rates.map(([, rate]) => rate)).size, 40);
  const narrow = ratesOf(text.replace('true', '{spread: 2}'), centres) as [string, number][];
  assert.ok(narrow.every(([backbone, rate]) => backbone === 'b3' || (rate >= 5e-5 && rate <= 2e-4)));
});

for (const [method, text] of [
  ['grid', grid(`  gamma: {values: [0, 2]}\n${BACKBONES}  learning_rate: {find: {points: 4}}`, 'seeds: [1, 2]')],
  ['random', random(`${BACKBONES}  learning_rate: {find: true}`, 'run_cap: 30\nseeds: [1, 2]')],
] as const) {
  test(`a trial of a ${method} finds its place again by its value, and has none around another centre`, () => {
    const whole = { ...identity, defaults };
    const plan = planTrials(parse(text), whole, new Map(Object.entries({ b0: 2.3e-4, b3: 7.1e-5 })));
    const other = planTrials(parse(text), whole, new Map(Object.entries({ b0: 2.4e-4, b3: 7.1e-5 })));
    for (const { position, params, seed } of plan.enumeration!.trials()) {
      assert.equal(plan.enumeration!.positionOf(params, seed, position), position);
      assert.equal(plan.enumeration!.positionOf(params, seed), position);
      assert.equal(
        other.enumeration!.positionOf(params, seed, position),
        params['backbone'] === 'b0' ? undefined : position,
      );
    }
  });
}

test('before anything is found, a plan knows its size and leaves the value open', () => {
  const plan = planTrials(parse(grid(`${BACKBONES}  learning_rate: {find: true}`)), identity);
  assert.equal(plan.size, 6);
  assert.deepEqual(plan.enumeration!.at(4).params, { backbone: 'b3', learning_rate: null });
  assert.equal(plan.enumeration!.positionOf({ backbone: 'b3', learning_rate: 1e-3 }, 0), undefined);
});

test('there is a case for each backbone, with the first of all other values that no rule excludes', () => {
  const text = grid(
    '  batch_size: {values: [64, 16]}\n  backbone: {values: [b0, b3, b7]}\n  learning_rate: {find: true}',
    'exclude: [{backbone: b3, batch_size: 64}, {backbone: b7, batch_size: [16, 64]}]\nseeds: [5, 6]\nepochs: 3',
  );
  assert.deepEqual(cases(parse(text)), [
    { value: 'b0', params: { batch_size: 64, epochs: 3, backbone: 'b0' }, seed: 5 },
    { value: 'b3', params: { batch_size: 16, epochs: 3, backbone: 'b3' }, seed: 5 },
  ]);
});

test('a sweep of one backbone has one case, and more values at the end of an axis leave it as it is', () => {
  const one = random('  gamma: {values: [1, 2]}\n  dropout: {min: 0.0, max: 0.5}\n  learning_rate: {find: true}');
  const [only, ...others] = cases(parse(one));
  assert.deepEqual(others, []);
  const { dropout, ...params } = only!.params;
  assert.deepEqual(params, { gamma: 1, backbone: 'b0' });
  assert.ok(Number(dropout) > 0 && Number(dropout) < 0.5);
  assert.deepEqual(cases(parse(one.replace('[1, 2]', '[1, 2, 3]')))[0], only);
});

test('a fixed learning rate does not affect the test', () => {
  assert.deepEqual(cases(parse(grid('  learning_rate: {value: 1}\n  gamma: {values: [2]}'))), [
    { value: 'b0', params: { gamma: 2, backbone: 'b0' }, seed: 0 },
  ]);
});
