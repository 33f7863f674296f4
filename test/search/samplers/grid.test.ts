import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ParamValue } from '../../../src/core/parameters.js';
import { InputError } from '../../../src/core/errors.js';
import type { SearchSpace } from '../../../src/core/space/search-space.js';
import type { Axis } from '../../../src/core/space/distribution.js';
import { largestAxes, planTrials } from '../../../src/search/plan.js';
import { identity, spaceOf } from '../helpers.js';

const axis = (name: string, ...values: readonly ParamValue[]): Axis => ({
  name,
  distribution: { kind: 'categorical', values },
});

const integers = (name: string, min: number, max: number): Axis => ({
  name,
  distribution: { kind: 'int_uniform', min, max },
});

const gridOf = (parts: Partial<SearchSpace>) => planTrials(spaceOf({ fixed: {}, ...parts }), identity);

function timed<Result>(work: () => Result): [result: Result, elapsedMs: number] {
  const started = performance.now();
  return [work(), performance.now() - started];
}

/** Bytes that are left when what nobody holds is gone. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

describe('a grid', () => {
  test('has odometer order: the last axis varies fastest, the seeds slowest', () => {
    const plan = gridOf({ axes: [axis('a', 0, 1), axis('b', 'x', 'y')], seeds: [7, 8], fixed: { c: true } });
    assert.deepEqual(
      [...plan.enumeration!.trials()].map(({ position, seed, params }) => [
        position,
        seed,
        params['a'],
        params['b'],
        params['c'],
      ]),
      [
        [0, 7, 0, 'x', true],
        [1, 7, 0, 'y', true],
        [2, 7, 1, 'x', true],
        [3, 7, 1, 'y', true],
        [4, 8, 0, 'x', true],
        [5, 8, 0, 'y', true],
        [6, 8, 1, 'x', true],
        [7, 8, 1, 'y', true],
      ],
    );
  });

  test('leaves out the points of a rule, where a list means any of its values', () => {
    const plan = gridOf({
      axes: [axis('backbone', 'b0', 'b7'), axis('batch_size', 32, 64, 128)],
      fixed: { image_size: 224 },
      exclude: [
        { backbone: ['b7'], batch_size: [64, 128] },
        { backbone: ['b0'], batch_size: [32], image_size: [224] },
        { batch_size: [32], image_size: [32] },
      ],
    });
    assert.deepEqual([plan.points, plan.excluded, plan.size], [6, 3, 3]);
    assert.deepEqual(
      [...plan.enumeration!.trials()].map(({ params }) => [params['backbone'], params['batch_size']]),
      [
        ['b0', 64],
        ['b0', 128],
        ['b7', 32],
      ],
    );
  });

  test('stops at run_cap', () => {
    const plan = gridOf({ axes: [axis('a', 0, 1, 2)], seeds: [0, 1], runCap: 4 });
    assert.deepEqual(
      [...plan.enumeration!.trials()].map(({ seed, params }) => [seed, params['a']]),
      [
        [0, 0],
        [0, 1],
        [0, 2],
        [1, 0],
      ],
    );
    assert.equal(plan.enumeration!.positionOf({ a: 0 }, 1), 3);
    assert.equal(plan.enumeration!.positionOf({ a: 1 }, 1), undefined);
  });

  test('can be continued from any position', () => {
    const plan = gridOf({ axes: [integers('a', 0, 9), integers('b', 0, 9)] });
    assert.deepEqual([...plan.enumeration!.trials(98)], [plan.enumeration!.at(98), plan.enumeration!.at(99)]);
    assert.throws(() => plan.enumeration!.at(100), RangeError);
  });

  test('of constants alone has one point', () => {
    assert.deepEqual(gridOf({ axes: [], fixed: { a: 1 } }).enumeration!.at(0).params, { a: 1 });
  });

  test('of a billion points gives its first trial at once', () => {
    const axes = 'abcdefghi'.split('').map((name) => integers(name, 1, 10));
    const [plan, elapsedMs] = timed(() => {
      const planned = gridOf({ axes, exclude: [{ a: [1], i: [1] }] });
      assert.equal(planned.enumeration!.trials().next().value?.params['i'], 2);
      return planned;
    });
    assert.equal(plan.size, 1e9 - 1e7);
    assert.equal(plan.enumeration!.at(plan.size - 1).params['a'], 10);
    assert.ok(elapsedMs < 1000, `took ${elapsedMs} ms`);
  });

  test('of a billion points holds none of the trials it has given', () => {
    const plan = gridOf({ axes: 'abcdefghi'.split('').map((name) => integers(name, 1, 10)) });
    const trials = plan.enumeration!.trials(5e8);
    trials.next();
    const before = heapInUse();
    for (let count = 0; count < 100_000; count++) trials.next();
    const growth = heapInUse() - before;
    assert.equal(trials.next().value?.position, 5e8 + 100_001);
    assert.ok(growth < 5e6, `${growth} bytes more after 100,000 trials`);
  });

  test('of a trillion points, nearly all of them excluded, gives its first trial at once', () => {
    const names = 'abcdefghijkl'.split('');
    const axes = names.map((name) => integers(name, 0, 9));
    const [plan, elapsedMs] = timed(() =>
      gridOf({ axes, exclude: names.map((name) => ({ [name]: [0, 1, 2, 3, 4, 5, 6, 7] })) }),
    );
    assert.deepEqual([plan.points, plan.size], [1e12, 2 ** 12]);
    assert.deepEqual(plan.enumeration!.at(0).params, Object.fromEntries(names.map((name) => [name, 8])));
    assert.ok(elapsedMs < 1000, `took ${elapsedMs} ms`);
  });

  test('with more than 2^53 points is refused with the names of the largest axes', () => {
    assert.throws(
      () => gridOf({ axes: [axis('a', 1), integers('b', 1, 2 ** 40), integers('c', 1, 2 ** 20)] }),
      (error: unknown) =>
        error instanceof InputError &&
        error.code === 'TOO_MANY_POINTS' &&
        error.message.includes('b 1099511627776 x c 1048576'),
    );
  });

  test('names the largest axis', () => {
    const plan = gridOf({ axes: [axis('a', 1), axis('b', 1, 2), integers('c', 1, 99)] });
    assert.deepEqual(
      largestAxes(plan).map(({ name, size }) => [name, size]),
      [
        ['c', 99],
        ['b', 2],
      ],
    );
  });

  test('knows its trials by their parameters, defaults of the trainer filled in', () => {
    const plan = planTrials(
      spaceOf({ axes: [axis('gamma', 0, 2), axis('alpha', [0.5, 0.5], null)], fixed: { epochs: 3 } }),
      {
        ...identity,
        defaults: { gamma: 2, epochs: 3, backbone: 'b0' },
      },
    );
    assert.equal(plan.enumeration!.positionOf({ alpha: null, epochs: 3, gamma: 2 }, 0), 3);
    assert.equal(plan.enumeration!.positionOf({ alpha: null }, 0), 3);
    assert.equal(plan.enumeration!.positionOf({ alpha: [0.5, 0.5], gamma: 0, backbone: 'b0' }, 0), 0);
    assert.equal(plan.enumeration!.positionOf({ alpha: null, backbone: 'b7' }, 0), undefined, 'another setting');
    assert.equal(plan.enumeration!.positionOf({ alpha: null, epochs: 4 }, 0), undefined, 'another fixed value');
    assert.equal(plan.enumeration!.positionOf({ alpha: null, gamma: 1 }, 0), undefined, 'off the axis');
    assert.equal(plan.enumeration!.positionOf({ gamma: 2 }, 0), undefined, 'no value');
    assert.equal(plan.enumeration!.positionOf({ alpha: null }, 1), undefined, 'another seed');
  });
});
