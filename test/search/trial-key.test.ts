import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, type Params } from '../../src/core/parameters.js';
import { trialKeys } from '../../src/search/trial-key.js';

const identity = { fingerprint: 'f', trainerVersion: '1', defaults: { gamma: 2, 'optimizer.name': 'adam' } };
const keyOf = trialKeys(identity);

test('a key is 16 hexadecimal digits of the hash of what decides a result, defaults left out', () => {
  const params = { learning_rate: 0.00003, backbone: 'b0', gamma: 2 };
  const content = '{"dataset":"f","params":{"backbone":"b0","learning_rate":0.00003},"seed":7,"trainer":"1"}';
  assert.equal(keyOf(params, 7), createHash('sha256').update(content).digest('hex').slice(0, 16));
});

test('spelling and order do not change a key, nor does writing out a default', () => {
  const key = keyOf({ a: 3e-5, b: [1, 0], c: { x: 1, y: 2 } }, 0);
  assert.equal(keyOf({ c: { y: 2, x: 1 }, b: [1.0, -0], a: 0.00003 }, 0), key);
  assert.equal(keyOf({ a: 3e-5, b: [1, 0], c: { x: 1, y: 2 }, gamma: 2, 'optimizer.name': 'adam' }, 0), key);
});

test('any other change of dataset, trainer, seed or parameters does', () => {
  const keys = [
    keyOf({ a: 1 }, 0),
    keyOf({ a: 1 }, 1),
    keyOf({ a: '1' }, 0),
    keyOf({ a: [1] }, 0),
    keyOf({ b: 1 }, 0),
    keyOf({ a: 1, gamma: 0 }, 0),
    keyOf({ a: 1, b: null }, 0),
    trialKeys({ ...identity, fingerprint: 'g' })({ a: 1 }, 0),
    trialKeys({ ...identity, trainerVersion: '2' })({ a: 1 }, 0),
  ];
  assert.equal(new Set(keys).size, keys.length);
});

test('keys are those of canonical JSON for any parameters, also for repeated values', () => {
  const value = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Params[string]>;
  const names = fc.constantFrom('a', 'b', 'gamma', 'constructor', 'ü', 'x.y');
  fc.assert(
    fc.property(fc.dictionary(names, value), fc.nat(), (params, seed) => {
      const kept = Object.fromEntries(
        Object.entries(params).filter(([name, inner]) => !(name === 'gamma' && inner === 2)),
      );
      const content = canonicalJson({ dataset: 'f', params: kept, seed, trainer: '1' });
      assert.equal(keyOf(params, seed), createHash('sha256').update(content).digest('hex').slice(0, 16));
    }),
  );
});

test('a parameter that names a file counts by the file’s content, not by its name', () => {
  const keyOf = (contents: Record<string, string>) =>
    trialKeys({
      fingerprint: 'f',
      trainerVersion: 'v',
      defaults: { weights: 'none' },
      file: { parameter: 'weights', contentOf: ({ weights }) => contents[weights as string] },
    });
  const before = keyOf({ './a.h5': 'sha256:1', './b.h5': 'sha256:1' });
  assert.equal(before({ weights: './a.h5' }, 0), before({ weights: './b.h5' }, 0));
  assert.notEqual(before({ weights: './a.h5' }, 0), keyOf({ './a.h5': 'sha256:2' })({ weights: './a.h5' }, 0));
  const without = trialKeys({ fingerprint: 'f', trainerVersion: 'v', defaults: { weights: 'none' } });
  assert.equal(before({ weights: 'none' }, 0), without({}, 0));
});
