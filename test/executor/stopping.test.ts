import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assignments, start, trainer } from './rig.js';

const steady = trainer('steady');

test('a stopping rule is asked again about the last recorded epoch of a trial that is taken up again', async () => {
  const [one] = assignments({ epochs: 5 });
  const asked: number[] = [];
  const { execution, sink, folder } = await start([{ ...one!, attempts: 1, recordedEpochs: 3 }], {
    trainer: steady,
    decide: (_trial, epoch) => {
      asked.push(epoch);
      return { decision: 'stop', reason: 'hopeless' };
    },
  });
  assert.equal((await execution.finished).stopped, 1);
  assert.deepEqual(asked, [3]);
  assert.deepEqual(sink.story(1), ['trial-started', 'trial-stopped']);
  assert.equal(sink.of('trial-stopped')[0]!.epoch, 3);
  assert.ok(!existsSync(join(folder, 'trial-1', 'epochs.txt')), 'no epoch is trained');
});

test('a trial that a stopping rule pauses gives its slot back and counts as paused until it goes on', async () => {
  const [first, second] = assignments({ epochs: 3 }, { epochs: 2 });
  const again = { ...first!, attempts: 1, recordedEpochs: 1 };
  let isPromoted = false;
  const { execution, sink } = await start([first!, second!, again], {
    trainer: steady,
    decide: (trialId) =>
      trialId === 1 && !isPromoted ? { decision: 'pause', reason: 'others first' } : { decision: 'continue' },
  });
  await sink.seen('trial-completed', ({ trialId }) => trialId === 2).then(() => (isPromoted = true));
  const { completed, paused } = await execution.finished;
  assert.deepEqual({ completed, paused }, { completed: 2, paused: 0 });
  const [waiting] = sink.of('trial-paused');
  assert.deepEqual([waiting!.trialId, waiting!.reason, waiting!.waits], [1, 'others first', true]);
});

test('a trial that is never promoted is paused when the sweep ends', async () => {
  const { execution } = await start(assignments({ epochs: 3 }), {
    trainer: steady,
    decide: () => ({ decision: 'pause', reason: 'others first' }),
  });
  const { completed, stopped, paused, interrupted } = await execution.finished;
  assert.deepEqual(
    { completed, stopped, paused, interrupted },
    { completed: 0, stopped: 0, paused: 1, interrupted: false },
  );
});
