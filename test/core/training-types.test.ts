import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ParamValue, Train, TrainerModule, TrainingContext } from '../../src/index.js';

/** `true` if two types are the same, and neither is `any`. */
type Same<A, B> = 0 extends 1 & A ? false : [A, B] extends [B, A] ? true : false;

interface Params {
  readonly learning_rate: number;
  readonly layers?: readonly number[];
}

/** A wrong type makes this file fail to compile. */
const types: readonly [
  Same<TrainingContext<Params>['params']['learning_rate'], number>,
  Same<TrainingContext<Params>['params']['layers'], readonly number[] | undefined>,
  Same<TrainingContext['params'][string], ParamValue>,
] = [true, true, true];

test('a trainer types its parameters, and the compiler holds it to them', async () => {
  assert.equal(types.length, 3);
  const seen: number[] = [];
  const train: Train<Params> = async ({ params: { learning_rate, layers = [] }, report }) => {
    seen.push(learning_rate, ...layers);
    await report({ epoch: 1, metrics: { loss: learning_rate } });
  };
  const context = { report: () => Promise.resolve('continue') } as unknown as TrainingContext<Params>;
  const module: TrainerModule<Params> = { train };
  await module.train({ ...context, params: { learning_rate: 0.1, layers: [8, 4] } });
  assert.deepEqual(seen, [0.1, 8, 4]);

  // @ts-expect-error The trainer has no such parameter.
  const misspelled: Train<Params> = ({ params }) => Promise.resolve(params.learning_rte);
  assert.equal(typeof misspelled, 'function');
});

// @ts-expect-error A parameter is what JSON can hold, and a date is not.
export type Unfit = Train<{ readonly since: Date }>;
