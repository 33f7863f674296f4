import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { SweepEvent } from '../../src/core/trial/events.js';
import type { SweepSummary } from '../../src/core/trial/sweep-session.js';
import { assignments, CPU, isAlive, preloading, start, temporaryFolder, TestSink, trainer, until } from './rig.js';

const steady = trainer('steady');
const unruly = trainer('unruly');

test('an interrupted sweep begins no trial and pauses running ones at their next report', async () => {
  const { execution, sink } = await start(assignments({ epochs: 1_000_000 }, { epochs: 1_000_000 }, {}, {}), {
    trainer: steady,
    slots: 2,
  });
  for (const id of [1, 2]) await sink.seen('trial-epoch', ({ trialId }) => trialId === id);
  execution.interrupt();
  execution.interrupt();
  assert.deepEqual(await execution.finished, {
    completed: 0,
    stopped: 0,
    failed: 0,
    paused: 2,
    interrupted: true,
    timeUp: false,
  });
  for (const id of [1, 2]) assert.equal(sink.story(id).at(-1), 'trial-paused');
  assert.deepEqual(sink.story(3), []);
});

test('a trial interrupted in its last epoch completes, and one that a rule stops is stopped', async () => {
  const { execution, sink } = await start(assignments({ epochs: 1 }, { epochs: 9 }), {
    trainer: steady,
    slots: 2,
    decide: (trialId) => (trialId === 2 ? { decision: 'stop', reason: 'hopeless' } : { decision: 'continue' }),
  });
  const open = sink.hold(({ type }) => type === 'trial-epoch');
  for (const id of [1, 2]) await sink.seen('trial-epoch', ({ trialId }) => trialId === id);
  execution.interrupt();
  open();
  assert.deepEqual(await execution.finished, {
    completed: 1,
    stopped: 1,
    failed: 0,
    paused: 0,
    interrupted: true,
    timeUp: false,
  });
});

test('an interrupt while hosts start or while the iterator is busy ends the sweep without a trial', async () => {
  const mark = join(await temporaryFolder(), 'starting');
  const starting = await start(assignments({}), {
    trainer: steady,
    environment: await preloading(`
      import { writeFileSync } from 'node:fs';
      writeFileSync(${JSON.stringify(mark)}, '');
      for (;;);
    `),
  });
  await until(() => existsSync(mark));
  starting.execution.interrupt();
  await starting.execution.finished;
  assert.deepEqual(starting.sink.events, []);

  let closed = false;
  const thoughtful: AsyncIterable<never> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<never>(() => undefined),
      return: () => {
        closed = true;
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
  const thinking = await start(thoughtful, { trainer: steady });
  thinking.execution.interrupt();
  assert.equal((await thinking.execution.finished).interrupted, true);
  assert.ok(closed, 'the plan is told');
});

test('an interrupt between the recorded start and the start itself pauses the trial', async () => {
  const { execution, sink, folder } = await start(assignments({}), { trainer: steady });
  const open = sink.hold(({ type }) => type === 'trial-started');
  await sink.seen('trial-started');
  execution.interrupt();
  open();
  assert.equal((await execution.finished).paused, 1);
  assert.deepEqual(sink.story(1), ['trial-started', 'trial-paused']);
  assert.equal(existsSync(join(folder, 'trial-1')), false);
});

test('a crash after an interrupt leaves the trial for the next resume', async () => {
  const { execution, sink } = await start(assignments({ do: 'crash the host' }), { trainer: unruly });
  const open = sink.hold(({ type }) => type === 'trial-failed');
  await sink.seen('trial-failed');
  execution.interrupt();
  open();
  assert.deepEqual(await execution.finished, {
    completed: 0,
    stopped: 0,
    failed: 0,
    paused: 1,
    interrupted: true,
    timeUp: false,
  });
  assert.deepEqual(
    sink.of('trial-failed').map(({ willRetry }) => willRetry),
    [true],
  );
});

test('kill ends hosts at once and pauses their trials, whatever they do', { timeout: 20_000 }, async () => {
  const { execution, sink, folder } = await start(
    assignments({ do: 'compute for ever' }, { do: 'report until told to stop' }, { do: 'compute for ever' }),
    { trainer: unruly, devices: [CPU, CPU], slots: 1, closeTimeoutMs: 60_000 },
  );
  await until(() => existsSync(join(folder, 'trial-1', 'computing')));
  await sink.seen('trial-epoch', ({ trialId }) => trialId === 2);
  execution.kill();
  execution.kill();
  assert.deepEqual(await execution.finished, {
    completed: 0,
    stopped: 0,
    failed: 0,
    paused: 2,
    interrupted: true,
    timeUp: false,
  });
  assert.deepEqual(sink.of('host-lost'), []);
  assert.ok(sink.of('host-started').every(({ pid }) => !isAlive(pid)));
});

interface Program {
  readonly child: ChildProcess;
  readonly sink: TestSink;
  /** Resolves when it has taken the first SIGINT. */
  readonly interrupted: Promise<void>;
  readonly summary: Promise<SweepSummary>;
  readonly folder: string;
}

type ProgramLine =
  SweepEvent | { readonly type: 'interrupted' } | { readonly type: 'summary'; readonly summary: SweepSummary };

/** Starts a main process in a process group of its own, as a shell does, and follows what it prints. */
async function startProgram(...behaviours: string[]): Promise<Program> {
  const folder = await temporaryFolder();
  const program = fileURLToPath(new URL('../fixtures/programs/sweep.js', import.meta.url));
  const child = spawn(process.execPath, [program, unruly, folder, ...behaviours], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  after(() => child.kill('SIGKILL'));
  const sink = new TestSink();
  let onInterrupted: () => void;
  let onSummary: (summary: SweepSummary) => void;
  const interrupted = new Promise<void>((resolve) => (onInterrupted = resolve));
  const summary = new Promise<SweepSummary>((resolve) => (onSummary = resolve));
  createInterface(child.stdout).on('line', (line) => {
    const message = JSON.parse(line) as ProgramLine;
    if (message.type === 'summary') onSummary(message.summary);
    else if (message.type === 'interrupted') onInterrupted();
    else void sink.emit(message);
  });
  return { child, sink, interrupted, summary, folder };
}

test(
  'Ctrl-C in a terminal reaches every process, and yet trials end as the main process decides',
  { timeout: 30_000 },
  async () => {
    const endless = 'report until told to stop';
    const { child, sink, summary } = await startProgram(endless, endless, 'report once');
    for (const id of [1, 2]) await sink.seen('trial-epoch', ({ trialId }) => trialId === id);
    process.kill(-child.pid!, 'SIGINT');
    assert.deepEqual(await summary, {
      completed: 0,
      stopped: 0,
      failed: 0,
      paused: 2,
      interrupted: true,
      timeUp: false,
    });
    assert.deepEqual(sink.of('host-lost'), []);
  },
);

test('Ctrl-C twice ends trials that do not report', { timeout: 30_000 }, async () => {
  const { child, sink, interrupted, summary, folder } = await startProgram('compute for ever', 'wait to be aborted');
  await until(() => existsSync(join(folder, 'trial-1', 'computing')));
  await sink.seen('trial-epoch', ({ trialId }) => trialId === 2);
  process.kill(-child.pid!, 'SIGINT');
  await interrupted;
  process.kill(-child.pid!, 'SIGINT');
  assert.deepEqual(await summary, { completed: 0, stopped: 0, failed: 0, paused: 2, interrupted: true, timeUp: false });
  assert.equal(isAlive(sink.of('host-started')[0]!.pid), false);
});

test(
  'a host whose main process is killed ends within a second, also while its threads compute',
  { timeout: 30_000 },
  async () => {
    const { child, sink, folder } = await startProgram('compute for ever', 'compute for ever');
    for (const id of [1, 2]) await until(() => existsSync(join(folder, `trial-${id}`, 'computing')));
    const { pid } = sink.of('host-started')[0]!;
    child.kill('SIGKILL');
    await once(child, 'exit');
    const killedAt = performance.now();
    await until(() => !isAlive(pid));
    assert.ok(performance.now() - killedAt < 1_000);
  },
);
