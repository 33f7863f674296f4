import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Params } from '../../src/core/parameters.js';
import {
  assignments,
  CPU,
  isAlive,
  start,
  temporaryFolder,
  trainer,
  until,
  type RigOptions,
  type TestSink,
} from './rig.js';

const unruly = trainer('unruly');
/** A watchdog that does not wait for minutes. */
const hangTimeouts = { stepMs: 800, silenceMs: 1_000, checkMs: 20 };
const none = { completed: 0, stopped: 0, failed: 0, paused: 0, interrupted: false, timeUp: false };

const run = (trials: readonly Params[], options: Partial<RigOptions> = {}) =>
  start(assignments(...trials), { trainer: unruly, hangTimeouts, closeTimeoutMs: 200, ...options });

const failuresOf = (sink: TestSink, id: number) =>
  sink.of('trial-failed').flatMap(({ trialId, kind, willRetry }) => (trialId === id ? [[kind, willRetry]] : []));

test(
  'a hanging trial is killed with its host and tried again; its neighbour goes on from its last epoch',
  { timeout: 30_000 },
  async () => {
    const { execution, sink, folder } = await run([{ do: 'step, then block' }, { do: 'train well', epochs: 40 }], {
      slots: 2,
    });
    await until(() => existsSync(join(folder, 'trial-1', 'blocked')));
    await sink.seen('trial-epoch', ({ trialId }) => trialId === 2);
    assert.deepEqual(await execution.finished, { ...none, completed: 1, failed: 1 });
    assert.deepEqual(failuresOf(sink, 1), [
      ['hung', true],
      ['hung', false],
    ]);
    assert.match(sink.of('trial-failed')[0]!.error.message, /^no progress for \d\.\d s \(limit 0\.8 s\)$/);
    assert.deepEqual(failuresOf(sink, 2), [], 'no attempt of the neighbour has failed');
    assert.ok(
      sink.of('trial-paused').some(({ trialId, reason }) => trialId === 2 && reason!.includes('because of a trial')),
    );
    assert.deepEqual(
      sink.of('trial-epoch').flatMap(({ trialId, epoch }) => (trialId === 2 ? [epoch] : [])),
      Array.from({ length: 40 }, (_, index) => index + 1),
      'and none of its epochs is trained twice',
    );
    assert.ok(sink.of('host-started').every(({ pid }) => !isAlive(pid)));
  },
);

test('slow trainers are not killed: neither those without progress nor those that prepare', async () => {
  const { execution, sink } = await run([{ do: 'sleep, then report', ms: 1_500 }, { do: 'prepare for long' }], {
    slots: 2,
    hangTimeouts: { ...hangTimeouts, silenceMs: 400 },
  });
  assert.deepEqual(await execution.finished, { ...none, completed: 2 });
  const prepared = sink.of('trial-preparing').map(({ what, done, total }) => [what, done, total]);
  assert.deepEqual(prepared[0], ['images', 0, 20]);
  assert.ok(prepared.length < 15, 'most of what comes in between is left out');
  assert.deepEqual(prepared.slice(-2), [
    ['images', 20, 20],
    ['compiling', undefined, undefined],
  ]);
});

test('a trainer known to report progress hangs when it reports none', async () => {
  const { execution, sink } = await run([{ do: 'sleep, then report', ms: 60_000 }], {
    hangTimeouts: { ...hangTimeouts, silenceMs: 300, saysProgress: true },
    maxAttempts: 1,
  });
  assert.deepEqual(await execution.finished, { ...none, failed: 1 });
  assert.deepEqual(failuresOf(sink, 1), [['hung', false]]);
});

test('a host that was suspended as a whole does not count as hung', async () => {
  const { execution, sink } = await run([{ do: 'step, then sleep', ms: 300 }], { closeTimeoutMs: 5_000 });
  const { pid } = await sink.seen('host-started');
  await sink.seen('trial-progress');
  process.kill(pid!, 'SIGSTOP');
  await sleep(1_300);
  process.kill(pid!, 'SIGCONT');
  assert.deepEqual(await execution.finished, { ...none, completed: 1 });
  assert.deepEqual(sink.of('trial-failed'), []);
});

test('a sweep that waits for its results to be recorded does not count as hung', async () => {
  const { execution, sink } = await run([{ do: 'step, then sleep', ms: 0 }]);
  const open = sink.hold(({ type }) => type === 'trial-epoch');
  await sink.seen('trial-epoch');
  await sleep(1_300);
  open();
  assert.deepEqual(await execution.finished, { ...none, completed: 1 });
});

test('a host killed from outside does not fail its trials, unless it happens again and again', async () => {
  const { execution, sink } = await run([{ do: 'train well', epochs: 12 }]);
  for (const epoch of [2, 5]) {
    await sink.seen('trial-epoch', (event) => event.epoch === epoch);
    process.kill(sink.of('host-started').at(-1)!.pid!, 'SIGKILL');
  }
  assert.deepEqual(await execution.finished, { ...none, completed: 1 });
  assert.deepEqual(sink.of('trial-failed'), []);
  assert.equal(sink.of('trial-started').length, 3);
});

test('a trial over max_trial_time is stopped with its epochs, or fails without any', async () => {
  const { execution, sink } = await run([{ do: 'train well', epochs: 1_000 }, { do: 'step, then block' }], {
    slots: 2,
    maxTrialTimeMs: 3_000,
    hangTimeouts: {},
  });
  const { stopped, failed } = await execution.finished;
  assert.deepEqual([stopped, failed], [1, 1]);
  const { trialId, epoch, reason } = sink.of('trial-stopped')[0]!;
  assert.equal(trialId, 1);
  assert.ok(epoch >= 1 && reason.includes('max_trial_time'));
  assert.deepEqual(failuresOf(sink, 2), [['killed', false]]);
});

test('a sweep over max_time pauses running trials and begins none', async () => {
  const { execution, sink } = await run([{ do: 'train well', epochs: 1_000 }, { do: 'report once' }], {
    maxTimeMs: 3_000,
  });
  assert.deepEqual(await execution.finished, { ...none, paused: 1, timeUp: true });
  assert.deepEqual(sink.story(2), []);
});

test('one trial of a running sweep is stopped, paused or cancelled, and the others go on', async () => {
  const endless = { do: 'report until told to stop' };
  const { execution, sink } = await run([endless, endless, { do: 'wait to be aborted' }, { do: 'report once' }], {
    slots: 3,
  });
  for (const id of [1, 2, 3]) await sink.seen('trial-epoch', ({ trialId }) => trialId === id);
  assert.equal(execution.control(1, 'stop'), 'accepted');
  assert.equal(execution.control(2, 'pause'), 'accepted');
  assert.equal(execution.control(3, 'cancel'), 'accepted');
  assert.equal(execution.control(3, 'cancel'), 'not-running');
  assert.equal(execution.control(99, 'stop'), 'not-running');
  assert.deepEqual(await execution.finished, { ...none, completed: 1, stopped: 2, paused: 1 });
  assert.deepEqual(
    [1, 2, 3].map((id) => sink.story(id).at(-1)),
    ['trial-stopped', 'trial-paused', 'trial-stopped'],
  );
  const reasonOf = (id: number) => sink.of('trial-stopped').find(({ trialId }) => trialId === id)!.reason;
  assert.deepEqual([reasonOf(1), reasonOf(3)], ['stopped by the user', 'cancelled by the user']);
  assert.equal(execution.control(1, 'stop'), 'not-running');
});

test(
  'a cancelled trial that ignores the abort is killed, and its neighbour loses nothing',
  { timeout: 20_000 },
  async () => {
    const { execution, sink, folder } = await run([{ do: 'compute for ever' }, { do: 'train well', epochs: 20 }], {
      slots: 2,
    });
    await until(() => existsSync(join(folder, 'trial-1', 'computing')));
    execution.control(1, 'cancel');
    assert.deepEqual(await execution.finished, { ...none, completed: 1, stopped: 1 });
    assert.equal(sink.of('trial-stopped')[0]!.epoch, 1);
    assert.deepEqual(sink.of('trial-failed'), []);
  },
);

test('a trial that runs out of memory gets the device exclusively, then smaller micro-batches; the next begins with what fits', async () => {
  const memory = { shape: ['backbone'], batch: 'batch_size' };
  const trial = { do: 'need memory', backbone: 'b0', batch_size: 64, room: 20 };
  const { execution, sink, folder } = await run([trial, { ...trial, gamma: 2 }], { memory, devices: [CPU, CPU] });
  assert.equal((await execution.finished).completed, 2);
  const story = sink
    .of('trial-started')
    .map(({ trialId, environment }) => [trialId, environment.microBatch])
    .filter(([id]) => id === 1);
  assert.deepEqual(story, [
    [1, undefined],
    [1, undefined],
    [1, 32],
    [1, 16],
  ]);
  assert.deepEqual(
    [...new Set(sink.of('trial-failed').map(({ kind, willRetry }) => `${kind} ${willRetry}`))],
    ['oom true'],
  );
  assert.match(sink.of('trial-warning').at(-1)!.message, /micro-batches of 16 samples.*Batch norm/);

  const later = await run([{ ...trial, gamma: 3 }], {
    memory,
    checkpointRoot: folder,
    cacheDir: join(folder, 'cache'),
  });
  assert.equal((await later.execution.finished).completed, 1);
  assert.deepEqual(
    later.sink.of('trial-started').map(({ environment }) => environment.microBatch),
    [16],
    'another run knows it too',
  );
});

test('a trial that fits with no micro-batch fails with the reason', async () => {
  const { execution, sink } = await run([{ do: 'need memory', batch_size: 4, room: 1 }], {
    memory: { shape: [], batch: 'batch_size' },
  });
  assert.deepEqual(await execution.finished, { ...none, failed: 1 });
  const { error, willRetry } = sink.of('trial-failed').at(-1)!;
  assert.equal(willRetry, false);
  assert.match(
    error.message,
    /^the trial does not fit into the memory of cpu:0, even with no other trial on the device and micro-batches of 2 samples: /,
  );
});

test('a trial that finds the disk full is tried again when there is space', async () => {
  const { execution, sink } = await run([{ do: 'find no room at the first attempt' }], { maxAttempts: 1 });
  assert.deepEqual(await execution.finished, { ...none, completed: 1 });
  assert.deepEqual(failuresOf(sink, 1), [['disk', true]]);
});

test('trials whose folder is removed wait until it is put back', async () => {
  const notices: string[] = [];
  const { execution, sink, folder } = await run([{ do: 'save each epoch', epochs: 10 }], {
    cacheDir: await temporaryFolder(),
    onNotice: (notice) => notices.push(notice),
  });
  await sink.seen('trial-epoch', ({ epoch }) => epoch === 2);
  await rename(folder, `${folder}-away`);
  const { kind, error } = await sink.seen('trial-failed');
  assert.deepEqual([kind, error.code], ['disk', 'CHECKPOINT_FOLDER_GONE']);
  await until(() => notices.length > 0);
  await rename(`${folder}-away`, folder);
  assert.deepEqual(await execution.finished, { ...none, completed: 1 });
  assert.deepEqual(notices, [`trial 1 waits until ${folder} can be written to`]);
  assert.deepEqual(
    sink.of('trial-epoch').map(({ epoch }) => epoch),
    Array.from({ length: 10 }, (_, index) => index + 1),
  );
});

test('a native crash in a training thread is a crash of its host', async () => {
  const { execution, sink } = await run([{ do: 'crash in native code' }, { do: 'report once' }]);
  assert.deepEqual(await execution.finished, { ...none, completed: 1, failed: 1 });
  assert.deepEqual(failuresOf(sink, 1), [
    ['crashed', true],
    ['crashed', false],
  ]);
  assert.match(sink.of('trial-failed')[0]!.error.message, /was ended by SIG(ABRT|SEGV|ILL|TRAP)/);
});

test('a sweep whose trials all fail alike ends, and says so', async () => {
  const { execution, sink } = await run(Array.from({ length: 9 }, () => ({ do: 'throw an error' })));
  await assert.rejects(execution.finished, { code: 'FAILS_ALIKE', message: /the learning rate is no fun/ });
  assert.equal(sink.of('trial-failed').length, 3);
});
