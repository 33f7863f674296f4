import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../../src/core/errors.js';
import type { Axis } from '../../../src/core/space/distribution.js';
import type { SearchMethod, SearchSpace } from '../../../src/core/space/search-space.js';
import type { Observation } from '../../../src/core/trial/observation.js';
import { planTrials } from '../../../src/search/plan.js';
import { identity, observationOf, spaceOf } from '../helpers.js';

const number = (name: string): Axis => ({ name, distribution: { kind: 'uniform', min: 0, max: 1 } });
const choice = (name: string): Axis => ({ name, distribution: { kind: 'categorical', values: ['a', 'b', 'c', 'd'] } });

/** Runs trials one after the other; `train` gives the objective, to be minimised. */
function search(
  method: SearchMethod,
  axes: readonly Axis[],
  { count, train }: { readonly count: number; readonly train: (params: Observation['params']) => number },
): readonly (Observation & { readonly origin?: string })[] {
  const { sampler } = planTrials(spaceOf({ method, axes, objective: { metric: 'loss', goal: 'minimize' } }), identity);
  const history: Observation[] = [];
  while (history.length < count) {
    const [trial] = sampler.propose(history, 1);
    history.push(observationOf(trial!, { epochs: [{ epoch: 1, objective: train(trial!.params), seconds: 1 }] }));
  }
  return history;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test('evolution changes one parameter of a good trial, and its children get better', () => {
  const axes = ['k', 'l', 'm', 'n', 'o', 'p', 'q', 'r'].map(choice);
  const train = (params: Observation['params']): number => axes.filter(({ name }) => params[name] !== 'c').length;
  const history = search('evolution', axes, { count: 120, train });
  const [, parent, name] = /^child of trial (\d+): another (\w)$/.exec(history[60]!.origin!)!;
  const before = history[Number(parent) - 1]!.params;
  for (const axis of axes) assert.equal(history[60]!.params[axis.name] === before[axis.name], axis.name !== name);
  const losses = history.map(({ params }) => train(params));
  assert.ok(mean(losses.slice(100)) < mean(losses.slice(0, 20)) - 2);
});

test('CMA-ES closes in on the best point of a slanted valley', () => {
  const axes = ['x', 'y', 'z'].map(number);
  const train = ({ x, y, z }: Observation['params']): number =>
    ((x as number) - 0.7) ** 2 + 20 * ((y as number) - (x as number)) ** 2 + ((z as number) - 0.2) ** 2;
  const history = search('cma-es', axes, { count: 140, train });
  assert.equal(history[0]!.origin, 'the middle of the space');
  assert.match(history[30]!.origin!, /^generation \d of CMA-ES$/);
  const losses = history.map(({ params }) => train(params));
  assert.ok(Math.min(...losses.slice(100)) < 0.002, `${Math.min(...losses)}`);
});

test('CMA-ES refuses an axis whose values have no order', () => {
  const refuses = (space: Partial<SearchSpace>) => planTrials(spaceOf({ method: 'cma-es', ...space }), identity);
  assert.throws(
    () => refuses({ axes: [number('x'), choice('loss')] }),
    (error: unknown) =>
      error instanceof InputError && error.code === 'METHOD_NEEDS_NUMBERS' && error.message.includes('loss'),
  );
});
