import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Observation } from '../../../src/core/trial/observation.js';
import { finalValues } from '../../../src/search/learning/final-values.js';
import { observationOf } from '../helpers.js';

const trial = (status: Observation['status'], ...objectives: readonly (number | undefined)[]): Observation =>
  observationOf(
    { key: `${status} ${objectives.join()}`, position: 0, seed: 0, params: {} },
    { status, epochs: objectives.map((objective, index) => ({ epoch: index + 1, objective, seconds: 1 })) },
  );

test('a completed trial has its best epoch as its value, to be minimised', () => {
  const rows = [trial('completed', 0.5, 0.3, 0.4), trial('completed', undefined, 0.9)];
  assert.deepEqual(rows.map(finalValues(rows, 'minimize')), [0.3, 0.9]);
  assert.deepEqual(rows.map(finalValues(rows, 'maximize')), [-0.5, -0.9]);
});

test('a stopped or paused trial counts at its epoch: with what others still gained from there', () => {
  const whole = [
    trial('completed', 0.8, 0.5, 0.4),
    trial('completed', 0.9, 0.7, 0.7),
    trial('completed', 0.7, 0.5, 0.1),
  ];
  const [early, later] = [trial('stopped', 0.85), trial('paused', 0.8, 0.6)];
  const valueOf = finalValues([...whole, early, later], 'minimize');
  assert.ok(Math.abs(valueOf(early)! - 0.45) < 1e-12, 'the median gain after epoch 1 is 0.4');
  assert.ok(Math.abs(valueOf(later)! - 0.5) < 1e-12, 'the median gain after epoch 2 is 0.1');
  assert.equal(finalValues([early], 'minimize')(early), 0.85, 'nothing is known about gains');
});

test('failed and running trials, and those without a finite value, have none', () => {
  const rows = [trial('failed', 0.3), trial('running', 0.3), trial('completed', undefined), trial('queued')];
  assert.deepEqual(rows.map(finalValues(rows, 'minimize')), [undefined, undefined, undefined, undefined]);
});
