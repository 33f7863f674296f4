import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { LocalLauncher } from '../../../src/executor/hosts/local/local-launcher.js';
import { assignments, CPU, start, trainer } from '../rig.js';
import { testLauncher } from './launcher-conformance.js';
import { QueuedLauncher } from './queued-launcher.js';

const steady = trainer('steady');

testLauncher('a local launcher', () => new LocalLauncher());
testLauncher('a launcher with a queue', () => new QueuedLauncher(Promise.resolve()));

test(
  'the wait for a machine is reported and does not count against the start timeout',
  { timeout: 60_000 },
  async () => {
    let machineFound!: () => void;
    const launcher = new QueuedLauncher(new Promise((resolve) => (machineFound = resolve)));
    const startTimeoutMs = 30_000;
    const { execution, sink } = await start(assignments({}), { trainer: steady, launcher, startTimeoutMs });
    const { device, reason } = await sink.seen('host-waiting');
    assert.deepEqual([device, reason], ['cpu:0', 'waits for resources']);
    assert.deepEqual(sink.of('host-started'), []);
    machineFound();
    assert.equal((await execution.finished).completed, 1);
    assert.deepEqual(
      sink.events.map(({ type }) => type).filter((type) => type.startsWith('host-')),
      ['host-waiting', 'host-started'],
    );
  },
);

test('a host may wait for its machine for longer than the start timeout', { timeout: 60_000 }, async () => {
  const launcher = new QueuedLauncher(new Promise(() => undefined));
  const { execution, sink } = await start(assignments({}), { trainer: steady, launcher, startTimeoutMs: 20 });
  await sink.seen('host-waiting');
  // Ten times the timeout.
  await sleep(200);
  assert.deepEqual(sink.of('host-lost'), []);
  execution.interrupt();
  const { completed, interrupted } = await execution.finished;
  assert.deepEqual([completed, interrupted], [0, true]);
  assert.deepEqual(sink.of('host-lost'), [], 'a host that is withdrawn from the queue is not lost');
});

test('devices of several nodes carry the name of their node, and attempts record it', { timeout: 60_000 }, async () => {
  const launcher = new QueuedLauncher(Promise.resolve());
  const devices = ['node1', 'node2'].map((node) => ({ ...CPU, node }));
  const { execution, sink } = await start(assignments({}, {}), { trainer: steady, launcher, devices });
  const open = sink.hold(({ type }) => type === 'trial-epoch');
  for (const id of [1, 2]) await sink.seen('trial-epoch', ({ trialId }) => trialId === id);
  open();
  assert.equal((await execution.finished).completed, 2);
  const places = sink.of('trial-started').map(({ environment: { device, node } }) => `${device} ${node}`);
  assert.deepEqual(places.sort(), ['node1/cpu:0 node1', 'node2/cpu:0 node2']);
  const started = sink.of('host-started').map(({ device, node }) => `${device} ${node}`);
  assert.deepEqual(started.sort(), places);
});
