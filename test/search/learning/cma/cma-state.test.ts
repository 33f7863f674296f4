import { test } from 'node:test';
import { cmaConstants } from '../../../../src/search/learning/cma/cma-constants.js';
import { firstState, nextState } from '../../../../src/search/learning/cma/cma-state.js';
import { assertClose, reference } from '../../reference.js';

test('CMA-ES has the mean, the step and the shape of the package cmaes after three generations', () => {
  const { start, generations, ...expected } = reference.cma;
  const constants = cmaConstants(start.length);
  let state = firstState(start, 0.25);
  for (const points of generations) state = nextState(state, points, constants);
  assertClose(state.mean, expected.mean, 1e-9);
  assertClose([state.step], [expected.step], 1e-9);
  assertClose(state.shape.to1DArray(), expected.shape, 1e-8);
});
