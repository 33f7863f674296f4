import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Assignment } from '../../src/executor/scheduling/assignment-source.js';
import { assignments, CPU, isAlive, start, temporaryFolder, TestSink, trainer } from './rig.js';

const steady = trainer('steady');

interface Given {
  readonly params: Record<string, unknown>;
  readonly seed: number;
  readonly device: string;
  readonly dataset?: string;
  readonly checkpointDir: string;
  readonly cacheDir: string;
  readonly threadId: number;
  readonly environment: NodeJS.ProcessEnv;
}

const givenTo = async (folder: string, trialId: number): Promise<Given> =>
  JSON.parse(await readFile(join(folder, `trial-${trialId}`, 'context.json'), 'utf8')) as Given;

test('a trial is started, reports its epochs and completes, and every event says which attempt it is about', async () => {
  const [assignment] = assignments({ epochs: 2 });
  let clock = 1_000;
  const { execution, sink } = await start([{ ...assignment!, attempts: 3 }], { trainer: steady, now: () => clock++ });

  assert.deepEqual(await execution.finished, {
    completed: 1,
    stopped: 0,
    failed: 0,
    paused: 0,
    interrupted: false,
    timeUp: false,
  });
  const { pid } = sink.of('host-started')[0]!;
  const { threads } = sink.of('trial-started')[0]!.environment;
  const environment = { device: 'cpu:0', slot: 0, node: hostname(), pid, threads };
  const about = { trialId: 1, attempt: 4 };
  assert.deepEqual(
    sink.events.filter(({ type }) => type !== 'trial-progress'),
    [
      {
        type: 'host-started',
        device: 'cpu:0',
        node: hostname(),
        pid,
        machine: sink.of('host-started')[0]!.machine,
        at: 1_000,
      },
      { type: 'trial-started', trial: assignment!.trial, environment, ...about, at: 1_001 },
      ...sink.of('trial-epoch').map(({ at }, index) => ({
        type: 'trial-epoch',
        epoch: index + 1,
        metrics: { loss: 1 / (index + 1) },
        ...about,
        at,
      })),
      { type: 'trial-completed', ...about, at: clock - 1 },
    ],
  );
  assert.equal(sink.of('trial-epoch').length, 2);
  assert.equal(isAlive(pid), false, 'no host outlives the sweep');
});

test('a trainer gets the parameters over its defaults, its own folder, and a process that is set up for its device', async () => {
  const cacheDir = join(await temporaryFolder(), 'a', 'cache');
  const { execution, folder } = await start(assignments({ learning_rate: 0.1 }), {
    trainer: steady,
    defaults: { learning_rate: 3e-5, gamma: 2, 'optimizer.momentum': 0.9 },
    dataset: '/data/cats',
    cacheDir,
    slots: 2,
    cores: 9,
    environment: { ...process.env, CUDA_VISIBLE_DEVICES: '5', TF_NUM_INTEROP_THREADS: '1' },
  });
  await execution.finished;

  const { environment, threadId, ...given } = await givenTo(folder, 1);
  assert.deepEqual(given, {
    params: { learning_rate: 0.1, gamma: 2, 'optimizer.momentum': 0.9 },
    seed: 100,
    device: 'cpu:0',
    dataset: '/data/cats',
    checkpointDir: join(folder, 'trial-1'),
    cacheDir,
  });
  assert.notEqual(threadId, 0, 'it does not train in the main thread of the host');
  assert.equal(environment['CUDA_VISIBLE_DEVICES'], '');
  assert.equal(environment['TF_NUM_INTRAOP_THREADS'], '4');
  assert.equal(environment['TF_NUM_INTEROP_THREADS'], undefined);
  assert.equal(environment['TF_CPP_MIN_LOG_LEVEL'], '2');
  assert.ok(existsSync(cacheDir));
});

test('explicit threads and micro-batches override the cores of the machine and the OOM history', async () => {
  const [first, second] = assignments({}, {});
  const plan: Assignment[] = [
    { ...first!, microBatch: 3 },
    { ...second!, microBatch: 'all' },
  ];
  const { execution, sink, folder } = await start(plan, { trainer: steady, threads: 7 });
  await execution.finished;
  assert.deepEqual(
    sink.of('trial-started').map(({ environment: { threads, microBatch } }) => [threads, microBatch]),
    [
      [7, 3],
      [7, undefined],
    ],
  );
  const { environment } = await givenTo(folder, 1);
  assert.equal(environment['TF_NUM_INTRAOP_THREADS'], '7');
});

test('the slots of a host train at the same time, in threads of one process', async () => {
  const { execution, sink, folder } = await start(assignments({}, {}, {}), { trainer: steady, slots: 3 });
  const open = sink.hold(({ type }) => type === 'trial-epoch');
  for (const id of [1, 2, 3]) await sink.seen('trial-epoch', ({ trialId }) => trialId === id);
  open();
  await execution.finished;

  const places = sink.of('trial-started').map(({ environment }) => environment);
  assert.deepEqual(places.map(({ slot }) => slot).sort(), [0, 1, 2]);
  assert.equal(new Set(places.map(({ pid }) => pid)).size, 1);
  const threads = await Promise.all([1, 2, 3].map(async (id) => (await givenTo(folder, id)).threadId));
  assert.equal(new Set(threads).size, 3);
});

test('a free slot continues while another is busy, and pulls only one trial at a time', async () => {
  let pulled = 0;
  function* plan(): Generator<Assignment> {
    for (const assignment of assignments(...Array.from({ length: 8 }, () => ({})))) {
      pulled++;
      yield assignment;
    }
  }
  const { execution, sink } = await start(plan(), { trainer: steady, slots: 2 });
  const openFirst = sink.hold((event) => event.type === 'trial-epoch' && event.trialId === 1);
  const openLast = sink.hold((event) => event.type === 'trial-epoch' && event.trialId === 7);
  await sink.seen('trial-epoch', ({ trialId }) => trialId === 7);
  assert.equal(pulled, 7);
  assert.equal(sink.of('trial-completed').length, 5);
  openFirst();
  openLast();
  assert.equal((await execution.finished).completed, 8);
});

test('a host starts only when there is a trial for it', async () => {
  const nothing = await start([], { trainer: steady });
  assert.equal((await nothing.execution.finished).completed, 0);
  assert.deepEqual(nothing.sink.events, []);

  const one = await start(assignments({}), { trainer: steady, devices: [CPU, CPU], slots: 2 });
  await one.execution.finished;
  assert.equal(one.sink.of('host-started').length, 1);
});

test('few trials spread over the devices, and the same device twice is two hosts', async () => {
  const { execution, sink } = await start(assignments({}, {}), { trainer: steady, devices: [CPU, CPU], slots: 2 });
  const open = sink.hold(({ type }) => type === 'trial-epoch');
  for (const id of [1, 2]) await sink.seen('trial-epoch', ({ trialId }) => trialId === id);
  open();
  await execution.finished;
  const places = sink.of('trial-started').map(({ environment }) => environment);
  assert.equal(new Set(places.map(({ pid }) => pid)).size, 2);
  assert.deepEqual(
    places.map(({ device, slot }) => `${device} ${slot}`),
    ['cpu:0 0', 'cpu:0 0'],
  );
});

test('a trial begins after its start is recorded, and a report is answered after its epoch is recorded', async () => {
  const { execution, sink, folder } = await start(assignments({}, {}, {}, {}), { trainer: steady, slots: 2 });
  const record = sink.hold(
    (event) =>
      (event.type === 'trial-started' && event.trialId === 1) || (event.type === 'trial-epoch' && event.trialId === 2),
  );
  // The two slots are held; a third one has all the time in the world to show what theirs do meanwhile.
  const elsewhere = await start(assignments({ epochs: 20 }), { trainer: steady });
  await sink.seen('trial-epoch', ({ trialId }) => trialId === 2);
  await elsewhere.execution.finished;
  assert.equal(existsSync(join(folder, 'trial-1')), false);
  assert.equal(existsSync(join(folder, 'trial-2', 'epochs.txt')), false);
  record();
  assert.equal((await execution.finished).completed, 4);
});

test('a stopping rule ends a trial early with a reason, and is asked neither again nor about a last epoch', async () => {
  const asked: string[] = [];
  const { execution, sink, folder } = await start(assignments({ epochs: 5 }, { epochs: 2 }), {
    trainer: steady,
    decide: async (trialId, epoch) => {
      asked.push(`${trialId}:${epoch}`);
      await Promise.resolve();
      return trialId === 1 && epoch === 2 ? { decision: 'stop', reason: 'hopeless' } : { decision: 'continue' };
    },
  });
  assert.deepEqual(await execution.finished, {
    completed: 1,
    stopped: 1,
    failed: 0,
    paused: 0,
    interrupted: false,
    timeUp: false,
  });
  const stopped = sink.of('trial-stopped')[0]!;
  assert.deepEqual([stopped.trialId, stopped.epoch, stopped.reason], [1, 2, 'hopeless']);
  assert.deepEqual(asked, ['1:1', '1:2', '2:1']);
  assert.equal(await readFile(join(folder, 'trial-1', 'epochs.txt'), 'utf8'), '1 continue\n2 stop\n');
});

for (const type of ['host-started', 'trial-started', 'trial-epoch', 'trial-completed'] as const) {
  test(`a sink that refuses "${type}" ends the sweep in order`, { timeout: 20_000 }, async () => {
    const { execution, sink } = await start(assignments({ epochs: 3 }, { epochs: 3 }, {}), {
      trainer: steady,
      slots: 2,
    });
    sink.hold((event) => event.type === type)(new Error('disk full'));
    await assert.rejects(execution.finished, { message: 'disk full' });
    assert.ok(sink.of('trial-started').length <= 2, 'nothing new is begun');
    assert.equal(isAlive(sink.of('host-started')[0]!.pid), false);
  });
}

test('a plan or a stopping rule that throws ends the sweep in order', { timeout: 20_000 }, async () => {
  const sink = new TestSink();
  async function* plan(): AsyncGenerator<Assignment> {
    yield* assignments({ epochs: 1_000_000 });
    await sink.seen('trial-epoch');
    throw new Error('the plan is broken');
  }
  const planned = await start(plan(), { trainer: steady, slots: 2, sink });
  await assert.rejects(planned.execution.finished, { message: 'the plan is broken' });
  assert.equal(sink.story(1).at(-1), 'trial-paused');

  const ruled = await start(assignments({ epochs: 1_000 }, {}), {
    trainer: steady,
    decide: () => {
      throw new Error('the rule is broken');
    },
  });
  await assert.rejects(ruled.execution.finished, { message: 'the rule is broken' });
  assert.equal(ruled.sink.of('trial-started').length, 1);
});

test('a sweep without a place for a trial is refused', async () => {
  for (const options of [{ devices: [] }, { slots: 0 }, { slots: 1.5 }]) {
    const { execution } = await start(assignments({}), { trainer: steady, ...options });
    await assert.rejects(execution.finished, { code: 'NO_SLOTS' });
  }
});

test('folders that cannot be written to are refused before anything starts', async () => {
  const file = join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  const { execution, sink } = await start(assignments({}), { trainer: steady, cacheDir: join(file, 'cache') });
  await assert.rejects(execution.finished, { code: 'FOLDER_UNUSABLE' });
  assert.deepEqual(sink.events, []);
});
