import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { ProgramError } from '../../src/programs/processes/program-error.js';
import { Trial } from './rig.js';

let trial: Trial;
const trials: Trial[] = [];
beforeEach(() => trials.push((trial = new Trial())));
after(() => trials.forEach((each) => each.close()));

const failure = (error: unknown): { code: string; message: string; stack: string } => {
  assert.ok(error instanceof ProgramError, String(error));
  return { code: error.code, message: error.message, stack: error.stack ?? '' };
};

describe('a program that prints lines of JSON', () => {
  test('reports each line with an epoch, from Python, the shell and Node alike', async () => {
    const expected = [
      { epoch: 1, metrics: { val_loss: 0.5 } },
      { epoch: 2, metrics: { val_loss: 0.25 } },
    ];
    const python = 'import json\nfor e in (1, 2): print(json.dumps({"epoch": e, "val_loss": 1 / 2 ** e}))';
    await trial.run('train.py', python);
    assert.deepEqual(trial.reports.splice(0), expected);
    await trial.run('train.sh', `echo '{"epoch": 1, "val_loss": 0.5}'\necho '{"epoch": 2, "val_loss": 0.25}'`);
    assert.deepEqual(trial.reports.splice(0), expected);
    await trial.run(
      'train.js',
      'for (const epoch of [1, 2]) console.log(JSON.stringify({ epoch, val_loss: 2 ** -epoch }));',
    );
    assert.deepEqual(trial.reports, expected);
  });

  test('may say more about an epoch in other lines, count from 0, and print what is no report', async () => {
    const lines = [
      ...['plain text', '{"lr": 0.1}', '{broken', '[1]', '{"epoch": 0, "loss": 3, "note": "text"}'],
      ...[
        '{"epoch": 0, "loss": 2}',
        '{"epoch": 0, "val_loss": NaN}',
        '{"epoch": 0, "late": 1}',
        '{"epoch": 1, "loss": 1}',
      ],
    ];
    await trial.run('train.sh', `cat <<'END'\n${lines.join('\n')}\nEND`);
    assert.deepEqual(trial.reports, [
      { epoch: 1, metrics: { loss: 2, val_loss: NaN } },
      { epoch: 2, metrics: { loss: 1 } },
    ]);
  });

  test('needs no numbers of epochs if it names the metric that ranks trials', async () => {
    await trial.run('train.sh', `echo '{"val_loss": 2}'; echo '{"val_loss": 1}' >&2`);
    assert.deepEqual(
      trial.reports.map(({ epoch }) => epoch),
      [1, 2],
    );
  });

  test('fails with the line if that metric is no number', async () => {
    await assert.rejects(trial.run('train.sh', `echo '{"epoch": 1, "val_loss": "low"}'; sleep 60`), {
      code: 'REPORT_INVALID',
      message: 'val_loss is no number in the line {"epoch": 1, "val_loss": "low"}',
    });
  });

  test('fails if it reports nothing, and warns if it never reports the metric that ranks trials', async () => {
    const { code, message } = failure(await trial.run('train.sh', 'true').catch((error: unknown) => error));
    assert.deepEqual([code, message], ['NOTHING_REPORTED', 'train.sh has ended without reporting a metric']);
    await trial.run('train.sh', `echo '{"epoch": 1, "loss": 1}'`);
    assert.match(trial.warnings.join(), /reports loss and never val_loss/);
  });
});

describe('a program whose output is read by expressions', () => {
  const read = async (lines: readonly string[], patterns: Readonly<Record<string, string>>): Promise<object[]> => {
    await trial.run('train.sh', `cat <<'END'\n${lines.join('\n')}\nEND`, { patterns });
    return trial.reports.map(({ epoch, metrics }) => ({ epoch, ...metrics }));
  };

  test('reports an epoch when all are read, or one is read again', async () => {
    const patterns = { loss: 'loss: (\\S+)', val_loss: 'val=(\\S+)' };
    assert.deepEqual(await read(['loss: 3', 'val=1e-3', 'loss: 2', 'loss: nan val=inf', 'loss: 1'], patterns), [
      { epoch: 1, loss: 3, val_loss: 0.001 },
      { epoch: 2, loss: 2 },
      { epoch: 3, loss: NaN, val_loss: Infinity },
      { epoch: 4, loss: 1 },
    ]);
  });

  test('takes the last value of an epoch that it finds the number of', async () => {
    const patterns = { epoch: 'Epoch (\\d+)', loss: 'loss (\\S+)', val_loss: 'val (\\S+)' };
    const lines = ['Epoch 0 loss 3', 'Epoch 0 loss 2', 'Epoch 0 val 5', 'Epoch 0 loss 9', 'Epoch 1', 'loss 1', 'val 4'];
    assert.deepEqual(await read(lines, patterns), [
      { epoch: 1, loss: 2, val_loss: 5 },
      { epoch: 2, loss: 1, val_loss: 4 },
    ]);
  });

  test('fails with the line where they find no number', async () => {
    await assert.rejects(read(['val low'], { val_loss: 'val (\\S+)' }), /"low" is no number: .* in the line val low/);
  });
});

describe('a program that fails', () => {
  const run = async (name: string, text: string): Promise<{ code: string; message: string; stack: string }> =>
    failure(
      await trial.run(name, text).then(
        () => undefined,
        (error: unknown) => error,
      ),
    );

  test('by an exception has its last line as the message, and the end of the output', async () => {
    const { code, message, stack } = await run(
      'train.py',
      'print("started")\ndef f(): raise ValueError("bad rate")\nf()',
    );
    assert.deepEqual([code, message], ['PROGRAM_FAILED', 'ValueError: bad rate (train.py ended with status 1)']);
    assert.match(stack, /started[\s\S]*line 2, in f[\s\S]*ValueError: bad rate/);
  });

  test('by a status or a signal says which', async () => {
    assert.equal((await run('train.sh', 'echo no data; exit 3')).message, 'no data (train.sh ended with status 3)');
    const killed = await run('train.sh', 'kill -SEGV $$');
    assert.deepEqual([killed.code, killed.message], ['PROGRAM_CRASHED', 'train.sh was ended by SIGSEGV']);
    const inner = await run('train.sh', 'bash -c "kill -ABRT \\$\\$"; exit $?');
    assert.match(inner.message, /status 134 \(SIGABRT\)/);
  });

  test('for want of memory or disk space has that kind', async () => {
    for (const text of [
      'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB',
      'jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate 4 bytes.',
      'ResourceExhaustedError: OOM when allocating tensor with shape[1]',
      'MemoryError',
    ]) {
      assert.equal((await run('train.sh', `echo '${text}' >&2; exit 1`)).code, 'PROGRAM_OUT_OF_MEMORY', text);
    }
    assert.equal((await run('train.py', 'raise OSError(28, "No space left on device")')).code, 'ENOSPC');
  });

  test('to start says so', async () => {
    const missing = trial.run('train.sh', '', { command: ['no-such-program'] });
    assert.equal(failure(await missing.catch((error: unknown) => error)).code, 'PROGRAM_NOT_STARTED');
  });
});

test('everything that a program prints is kept after its command line', async () => {
  await trial.run('train.sh', `echo one; echo two >&2; printf '\\x00\\xff\\n{"val_loss": 1}'`);
  const log = readFileSync(join(trial.checkpointDir, 'output.log'), 'latin1');
  assert.match(log, /^\$ bash train\.sh\n/);
  for (const part of ['one\n', 'two\n', '\x00\xff\n{"val_loss": 1}']) assert.ok(log.includes(part), part);
});

describe('a program that is told to stop', () => {
  test('gets SIGTERM, and what it does then is no failure', async () => {
    trial.decide = () => 'stop';
    const text = `trap 'echo saved; exit 7' TERM; echo '{"val_loss": 1}'; echo '{"val_loss": 2}'; while :; do sleep 0.05; done`;
    await trial.run('train.sh', text);
    assert.deepEqual(trial.reports.length, 1);
    assert.match(readFileSync(join(trial.checkpointDir, 'output.log'), 'utf8'), /saved/);
  });

  test('after it has ended by itself is left alone', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    trial.decide = () => new Promise((resolve) => setTimeout(resolve, 300, 'stop'));
    await trial.run('train.sh', `echo '{"val_loss": 1}'`);
    assert.equal(timers(), before);
  });
});
