import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Metrics } from '../../src/core/trainer/training.js';
import { assignments, start } from './rig.js';

const sample = new URL('../../../docs/samples/trainer.mjs', import.meta.url).href;

test('the trainer of the documentation learns, gives the same bits twice, and stops when told to', async () => {
  const [first, again, otherSeed, stopped] = assignments(
    { learning_rate: 0.01 },
    { learning_rate: 0.01 },
    { learning_rate: 0.01 },
    { learning_rate: 0.001, l2: 0.001 },
  ).map((assignment, index) => ({ ...assignment, trial: { ...assignment.trial, seed: index === 2 ? 8 : 7 } }));
  const { execution, sink } = await start([first!, again!, otherSeed!, stopped!], {
    trainer: sample,
    defaults: { epochs: 5 },
    slots: 2,
    decide: (id, epoch) =>
      id === 4 && epoch === 3 ? { decision: 'stop', reason: 'too slow' } : { decision: 'continue' },
  });
  assert.deepEqual(await execution.finished, {
    completed: 3,
    stopped: 1,
    failed: 0,
    paused: 0,
    interrupted: false,
    timeUp: false,
  });

  const curve = (id: number): Metrics[] =>
    sink.of('trial-epoch').flatMap(({ trialId, metrics }) => (trialId === id ? [metrics] : []));
  assert.equal(curve(1).length, 5);
  assert.deepEqual(Object.keys(curve(1)[0]!), ['loss', 'val_loss', 'val_accuracy']);
  assert.ok(curve(1)[4]!['val_accuracy']! > 0.85);
  assert.ok(curve(1)[4]!['loss']! < curve(1)[0]!['loss']!);
  assert.deepEqual(curve(1), curve(2));
  assert.notDeepEqual(curve(1), curve(3));
  assert.equal(curve(4).length, 3);
});
