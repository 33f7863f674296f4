import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { SerializedError } from '../../src/core/errors.js';
import { OUTPUT_TITLE } from '../../src/core/trial/failure.js';
import type { Params } from '../../src/core/parameters.js';
import { assignments, start, temporaryFolder, trainer, type RigOptions, type Running } from './rig.js';

const unruly = trainer('unruly');

/** Runs one trial after the other in one thread; a last one shows that nothing has come of those before. */
async function runAll(behaviours: readonly Params[], options: Partial<RigOptions> = {}): Promise<Running> {
  const running = await start(assignments(...behaviours, { do: 'report once' }), { trainer: unruly, ...options });
  await running.execution.finished;
  const last = behaviours.length + 1;
  assert.deepEqual(running.sink.story(last), ['trial-started', 'trial-epoch', 'trial-completed']);
  assert.equal(running.sink.of('host-started').length, 1, 'the host has lived on');
  assert.equal(running.sink.of('host-lost').length, 0);
  return running;
}

const errorOf = ({ sink }: Running, id: number): SerializedError =>
  sink.of('trial-failed').find(({ trialId }) => trialId === id)!.error;

const expected: readonly { readonly does: string; readonly code: string; readonly message: RegExp }[] = [
  { does: 'throw an error', code: 'TRAINER_THREW', message: /^the learning rate is no fun$/ },
  { does: 'throw an error with a code', code: 'ENOENT', message: /^no such file$/ },
  { does: 'throw a string', code: 'TRAINER_THREW', message: /^threw 'just text'$/ },
  { does: 'throw null', code: 'TRAINER_THREW', message: /^threw null$/ },
  { does: 'throw a huge object', code: 'TRAINER_THREW', message: /^threw \{[^]{1,4100}$/ },
  {
    does: 'throw an error with a huge message',
    code: 'TRAINER_THREW',
    message: /^x{4000}… \(4996000 more characters\)$/,
  },
  { does: 'throw an error that holds nonsense', code: 'TRAINER_THREW', message: /^\[object Object\]$/ },
  {
    does: 'throw what cannot be looked at',
    code: 'TRAINER_THREW',
    message: /^threw something that cannot be described$/,
  },
  { does: 'exit the process', code: 'TRAINER_EXITED', message: /process\.exit\(3\)/ },
  { does: 'reject without a handler', code: 'TRAINER_THREW', message: /^nobody listens$/ },
  { does: 'throw in a callback', code: 'E_CALLBACK', message: /^out of line$/ },
  { does: 'change the folder', code: 'ERR_WORKER_UNSUPPORTED_OPERATION', message: /chdir/ },
  { does: 'report a function', code: 'REPORT_INVALID', message: /^metric "loss" must be a number, not a function$/ },
  { does: 'report the same epoch again', code: 'REPORT_INVALID', message: /^epoch 1 was reported after epoch 1$/ },
  { does: 'make progress with nonsense', code: 'REPORT_INVALID', message: /steps/ },
];

test('any value that a trainer throws fails its trial without a retry and without harm to other trials', async () => {
  const running = await runAll(expected.map(({ does }) => ({ do: does })));
  for (const [index, { does, code, message }] of expected.entries()) {
    const error = errorOf(running, index + 1);
    assert.equal(error.code, code, does);
    assert.match(error.message, message, does);
    assert.ok(error.message.length < 5_000 && error.stack.length < 20_000, does);
  }
  assert.match(errorOf(running, 1).stack, /unruly\.js:\d+/, 'the stack leads into the trainer');
  assert.equal(running.sink.of('trial-started').length, expected.length + 1);
  assert.ok(running.sink.of('trial-failed').every(({ willRetry }) => !willRetry));
});

test('an invalid report fails the trial and says what is wrong', async () => {
  const reports = [
    [{ epoch: 0, metrics: { loss: 1 } }, 'epochs count from 1, not 0'],
    [{ epoch: 1.5, metrics: { loss: 1 } }, 'the epoch of a report must be a whole number, not 1.5'],
    [{ epoch: '1', metrics: { loss: 1 } }, 'the epoch of a report must be a whole number, not a string'],
    [{ epoch: 1 }, 'the metrics of a report must be an object of numbers, not undefined'],
    [{ epoch: 1, metrics: [1] }, 'the metrics of a report must be an object of numbers, not a list'],
    [{ epoch: 1, metrics: { loss: null } }, 'metric "loss" must be a number, not null'],
    [{ epoch: 1, metrics: { loss: { data: 1 } } }, 'metric "loss" must be a number, not an object (Object)'],
  ] as const;
  const running = await runAll(reports.map(([report]) => ({ do: 'report what is in the parameters', report })));
  assert.deepEqual(
    running.sink.of('trial-failed').map(({ error: { code, message } }) => [code, message]),
    reports.map(([, message]) => ['REPORT_INVALID', message]),
  );
});

test('NaN and infinite metrics are recorded as they are', async () => {
  const { sink } = await runAll([{ do: 'report infinities' }]);
  const { epoch, metrics } = sink.of('trial-epoch')[0]!;
  assert.deepEqual([epoch, metrics], [3, { loss: NaN, val_loss: Infinity }]);
});

test('a trainer that reports nothing, too late or too often at once completes, with a warning where it is a mistake', async () => {
  const heard: string[] = [];
  const behaviours = ['nothing', 'report after returning', 'report without waiting', 'report twice at once'];
  const { sink } = await runAll(
    behaviours.map((name) => ({ do: name })),
    { onOutput: (_device, line) => heard.push(line) },
  );
  assert.deepEqual(sink.story(1), ['trial-started', 'trial-warning', 'trial-completed']);
  assert.match(sink.of('trial-warning')[0]!.message, /without reporting an epoch/);
  assert.deepEqual(
    sink.story(2),
    ['trial-started', 'trial-warning', 'trial-completed'],
    'too late a report is dropped',
  );
  assert.ok(heard.some((line) => line.includes('after its trial had ended')));
  assert.deepEqual(sink.story(3), ['trial-started', 'trial-epoch', 'trial-completed'], 'none is lost');
  assert.deepEqual(sink.story(4).sort(), [
    'trial-completed',
    'trial-epoch',
    'trial-epoch',
    'trial-started',
    'trial-warning',
  ]);
  assert.deepEqual(
    sink
      .of('trial-epoch')
      .filter(({ trialId }) => trialId === 4)
      .map(({ epoch }) => epoch),
    [1, 2],
  );
});

test('progress and warnings at every step are limited to a few messages', async () => {
  const { sink } = await runAll([{ do: 'say a lot' }]);
  const progress = sink.of('trial-progress');
  assert.ok(progress.length >= 1 && progress.length < 50, `${progress.length} of 50,000`);
  const warnings = sink.of('trial-warning').map(({ message }) => message);
  assert.equal(warnings.length, 100);
  assert.match(warnings[99]!, /^step 100 was slow \(the last warning shown/);
});

test('the output of trainers reaches onOutput as clean lines', async () => {
  const heard: string[] = [];
  const { sink } = await runAll([{ do: 'write garbage' }], {
    onOutput: (device, line) => heard.push(`${device} ${line}`),
  });
  assert.deepEqual(sink.story(1), ['trial-started', 'trial-epoch', 'trial-completed']);
  assert.ok(heard.includes('cpu:0 {"type":"ended","slot":0}'));
  assert.ok(heard.every((line) => line.length < 5_000 && !/[\p{Cc}]/u.test(line)));
});

test(
  'a thread that runs out of memory is tried again exclusively on a new host, then its trial fails and the sweep goes on',
  { timeout: 60_000 },
  async () => {
    const { execution, sink } = await start(assignments({ do: 'fill the memory' }, { do: 'report once' }), {
      trainer: unruly,
      environment: { ...process.env, NODE_OPTIONS: '--max-old-space-size=64' },
    });
    assert.deepEqual(await execution.finished, {
      ...{ completed: 1, stopped: 0, failed: 1, paused: 0, interrupted: false, timeUp: false },
    });
    const failures = sink.of('trial-failed');
    assert.deepEqual(
      failures.map(({ kind, willRetry, error }) => [kind, willRetry, error.code]),
      [
        ['oom', true, 'ERR_WORKER_OUT_OF_MEMORY'],
        ['oom', false, 'ERR_WORKER_OUT_OF_MEMORY'],
      ],
    );
    assert.match(
      failures[1]!.error.message,
      /^the trial does not fit into the memory of cpu:0, even with no other trial on the device: /,
    );
    assert.equal(sink.of('host-started').length, 2, 'the second attempt has a process of its own');
    assert.deepEqual(sink.of('host-lost'), [], 'its end was our own doing');
  },
);

test('an error keeps the lines that a program of the trainer printed during its trial', async () => {
  const running = await runAll([{ do: 'report once' }, { do: 'run a program that fails' }]);
  const { message, stack } = errorOf(running, 2);
  assert.equal(message, 'the program ended with status 1');
  const [trace, output] = stack.split(`${OUTPUT_TITLE}\n`);
  assert.match(trace!, /unruly\.js:\d+/);
  assert.deepEqual(output!.split('\n').slice(-2), [
    '  loading the model',
    '  ModuleNotFoundError: no module named torch',
  ]);
});

test('a module that cannot be loaded or exports no trainer fails its trials and says why', async () => {
  const folder = await temporaryFolder();
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return pathToFileURL(join(folder, name)).href;
  };
  const trainers = [
    [pathToFileURL(join(folder, 'missing.mjs')).href, /cannot be loaded: Cannot find module/],
    [await write('syntax.mjs', 'export function train( {'), /cannot be loaded: Unexpected end of input/],
    [await write('throws.mjs', 'throw null'), /cannot be loaded: threw null/],
    [await write('default.mjs', 'export default async function train() {}'), /exports no function named train/],
    [await write('number.mjs', 'export const train = 1'), /exports no function named train/],
  ] as const;
  for (const [url, message] of trainers) {
    const running = await start(assignments({}), { trainer: url });
    assert.equal((await running.execution.finished).failed, 1);
    assert.equal(errorOf(running, 1).code, 'TRAINER_INVALID');
    assert.match(errorOf(running, 1).message, message);
  }
  const exits = await start(assignments({}), { trainer: await write('exits.mjs', 'process.exit(0)') });
  await exits.execution.finished;
  assert.equal(errorOf(exits, 1).code, 'TRAINER_EXITED');
});
