import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { EnvironmentError } from '../../src/core/errors.js';
import { Host } from '../../src/executor/hosts/host.js';
import { LocalLauncher } from '../../src/executor/hosts/local/local-launcher.js';
import type { Assignment } from '../../src/executor/scheduling/assignment-source.js';
import { DEFAULT_HANG_TIMEOUTS } from '../../src/executor/hosts/watchdog.js';
import { assignments, CPU, isAlive, preloading, start, temporaryFolder, TestSink, trainer, until } from './rig.js';

const unruly = trainer('unruly');
const steady = trainer('steady');

test('a crashed host fails its running trials with its last output, and they are tried again on a new host', async () => {
  const { execution, sink } = await start(
    assignments({ do: 'crash the host at the first attempt' }, { do: 'report once' }),
    {
      trainer: unruly,
    },
  );
  assert.deepEqual(await execution.finished, {
    completed: 2,
    stopped: 0,
    failed: 0,
    paused: 0,
    interrupted: false,
    timeUp: false,
  });

  const failed = sink.of('trial-failed');
  assert.equal(failed.length, 1);
  const { trialId, attempt, willRetry, error } = failed[0]!;
  assert.deepEqual([trialId, attempt, willRetry, error.code], [1, 1, true, 'HOST_CRASHED']);
  assert.match(
    error.message,
    /the host of cpu:0 \(process \d+\) was ended by SIGSEGV; it said: Check failed: stream->ok\(\)$/,
  );
  assert.match(error.stack, /Check failed: stream->ok\(\)\nI0000 .* oneDNN/);
  const [first, second] = sink.of('host-started');
  assert.deepEqual(
    sink.of('host-lost').map(({ pid }) => pid),
    [first!.pid],
  );
  assert.deepEqual(
    sink.of('trial-started').map((event) => [event.trialId, event.attempt, event.environment.pid]),
    [
      [1, 1, first!.pid],
      [1, 2, second!.pid],
      [2, 1, second!.pid],
    ],
  );
});

test('a trial that always crashes its host fails; trials in other slots and on other hosts complete', async () => {
  const sink = new TestSink();
  const [guilty, neighbour, stranger, later] = assignments(
    { do: 'crash the host' },
    { do: 'report once' },
    { do: 'report once' },
    { do: 'report once' },
  );
  // Device by device: the guilty one and its neighbour share the first host.
  const running = await start([guilty!, stranger!, neighbour!, later!], {
    trainer: unruly,
    devices: [CPU, CPU],
    slots: 2,
    sink,
  });
  const openGuilty = sink.hold((event) => event.type === 'trial-epoch' && event.trialId === 1 && event.attempt === 1);
  const openStranger = sink.hold((event) => event.type === 'trial-epoch' && event.trialId === 3);
  const openNeighbour = sink.hold(
    (event) => event.type === 'trial-epoch' && event.trialId === 2 && event.attempt === 1,
  );
  for (const id of [1, 2, 3]) await sink.seen('trial-epoch', ({ trialId }) => trialId === id);
  openGuilty();
  await sink.seen('trial-failed', ({ trialId, attempt }) => trialId === 1 && attempt === 1);
  openNeighbour();
  await sink.seen('trial-failed', ({ trialId, attempt }) => trialId === 1 && attempt === 2);
  openStranger();
  assert.deepEqual(await running.execution.finished, {
    completed: 3,
    stopped: 0,
    failed: 1,
    paused: 0,
    interrupted: false,
    timeUp: false,
  });

  const failures = sink.of('trial-failed').map(({ trialId, attempt, willRetry }) => [trialId, attempt, willRetry]);
  assert.deepEqual(failures.sort(), [
    [1, 1, true],
    [1, 2, false],
    [2, 1, true],
  ]);
  assert.deepEqual(sink.story(3), ['trial-started', 'trial-epoch', 'trial-completed']);
  assert.equal(sink.of('host-lost').length, 2);
});

test('failures of earlier runs count towards maxAttempts', async () => {
  const [crashing] = assignments({ do: 'crash the host' });
  const worn = await start([{ ...crashing!, attempts: 5, failures: 1 }], { trainer: unruly });
  assert.equal((await worn.execution.finished).failed, 1);
  assert.deepEqual(
    worn.sink.of('trial-failed').map(({ attempt, willRetry }) => [attempt, willRetry]),
    [[6, false]],
  );

  const patient = await start([crashing!], { trainer: unruly, maxAttempts: 3 });
  await patient.execution.finished;
  assert.deepEqual(
    patient.sink.of('trial-failed').map(({ willRetry }) => willRetry),
    [true, true, false],
  );
});

test(
  'a process that keeps the output of a crashed host open does not block the sweep',
  { timeout: 20_000 },
  async () => {
    const { execution, sink, folder } = await start(assignments({ do: 'crash the host and leave a process behind' }), {
      trainer: unruly,
      maxAttempts: 1,
    });
    const failed = await execution.finished;
    const leftBehind = Number(await readFile(join(folder, 'trial-1', 'left-behind'), 'utf8'));
    assert.equal(isAlive(leftBehind), true);
    process.kill(leftBehind, 'SIGKILL');
    assert.equal(failed.failed, 1);
    assert.match(sink.of('trial-failed')[0]!.error.message, /SIGSEGV; it said: Check failed/);
  },
);

test('an idle host that is killed is replaced, and no trial fails', async () => {
  const sink = new TestSink();
  async function* plan(): AsyncGenerator<Assignment> {
    const [first, second] = assignments({}, {});
    yield first!;
    await sink.seen('trial-completed');
    process.kill(sink.of('host-started')[0]!.pid!, 'SIGKILL');
    await sink.seen('host-lost');
    yield second!;
  }
  const { execution } = await start(plan(), { trainer: steady, sink });
  assert.equal((await execution.finished).completed, 2);
  assert.match(sink.of('host-lost')[0]!.error.message, /was killed from outside \(SIGKILL\)/);
  assert.deepEqual(sink.of('trial-failed'), []);
});

test('a host that cannot start ends the sweep after three tries, with what it said', async () => {
  const environment = await preloading(`console.error('libcuda.so.1: cannot open'); process.exit(7);`);
  const { execution, sink } = await start(assignments({}, {}), { trainer: steady, environment });
  await assert.rejects(execution.finished, (error: EnvironmentError) => {
    assert.ok(error instanceof EnvironmentError);
    assert.equal(error.code, 'HOST_START_FAILED');
    assert.match(error.message, /exited with status 7; it said: libcuda\.so\.1: cannot open/);
    assert.match(error.hint!, /doctor/);
    return true;
  });
  assert.deepEqual(
    sink.events.map(({ type }) => type),
    ['host-lost', 'host-lost', 'host-lost'],
  );
});

test('a host that starts at the third try trains like any other', async () => {
  const tries = join(await temporaryFolder(), 'tries');
  const environment = await preloading(`
    import { appendFileSync, readFileSync } from 'node:fs';
    import { isMainThread } from 'node:worker_threads';
    if (isMainThread) {
      appendFileSync(${JSON.stringify(tries)}, 'x');
      if (readFileSync(${JSON.stringify(tries)}).length < 3) process.exit(1);
    }
  `);
  const { execution, sink } = await start(assignments({}), { trainer: steady, environment });
  assert.equal((await execution.finished).completed, 1);
  assert.equal(sink.of('host-lost').length, 2);
});

test('a host that does not become ready in time is killed', async () => {
  const environment = await preloading('for (;;);');
  const { execution, sink } = await start(assignments({}), { trainer: steady, environment, startTimeoutMs: 100 });
  await assert.rejects(execution.finished, { code: 'HOST_START_FAILED', message: /was not ready after 0\.1 s/ });
  assert.deepEqual(
    sink.of('host-lost').map(({ pid }) => isAlive(pid)),
    [false, false, false],
  );
});

test('a host that does not close in time is killed, and closing twice is closing once', async () => {
  const host = new Host({
    launcher: new LocalLauncher(),
    spec: { device: CPU, slots: 1, environment: process.env, hangTimeouts: DEFAULT_HANG_TIMEOUTS },
    startTimeoutMs: 60_000,
    closeTimeoutMs: 100,
    onOutput: () => undefined,
    onWaiting: () => undefined,
  });
  assert.equal(await host.ready, true);
  process.kill(host.pid!, 'SIGSTOP');
  await Promise.all([host.close(), host.close()]);
  assert.match((await host.ended).message, /SIGKILL/);
  assert.equal(isAlive(host.pid), false);
  const task = {
    trainer: steady,
    params: {},
    seed: 1,
    device: 'cpu:0',
    dataset: undefined,
    files: {},
    checkpointDir: '',
    cacheDir: '',
    recordedEpochs: 0,
    checkpointEvery: undefined,
    microBatch: undefined,
  };
  assert.deepEqual(await host.run(0, task, () => undefined), { type: 'preempted', error: await host.ended });
});

test(
  'when events cannot be recorded any more, trainers are aborted, and killed if they ignore that',
  { timeout: 20_000 },
  async () => {
    const { execution, sink, folder } = await start(
      assignments({ do: 'wait to be aborted' }, { do: 'compute for ever' }, { do: 'report once' }),
      { trainer: unruly, slots: 3, closeTimeoutMs: 300 },
    );
    const refuse = sink.hold((event) => event.type === 'trial-completed');
    await sink.seen('trial-completed');
    await until(() => existsSync(join(folder, 'trial-2', 'computing')));
    refuse(new Error('disk full'));
    await assert.rejects(execution.finished, { message: 'disk full' });
    // Their own events still found a taker.
    assert.equal(sink.story(1).at(-1), 'trial-paused');
    assert.equal(sink.story(2).at(-1), 'trial-paused');
    assert.equal(isAlive(sink.of('host-started')[0]!.pid), false);
  },
);
