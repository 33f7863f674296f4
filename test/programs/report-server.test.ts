import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { InputError } from '../../src/core/errors.js';
import { Trial } from './rig.js';

let trial: Trial;
const trials: Trial[] = [];
beforeEach(() => trials.push((trial = new Trial())));
after(() => trials.forEach((each) => each.close()));

/** A program in Node that sends lines, and prints the answers or leaves at once. */
const client = (lines: readonly string[], answers: number): string => `
const socket = require('net').connect(process.env.SWEEPWRIGHT_SOCKET);
let text = '';
socket.on('data', (data) => {
  text += data;
  if (text.split('\\n').length > ${answers}) { console.log(text); process.exit(0); }
});
for (const line of ${JSON.stringify(lines)}) socket.write(line + '\\n');
${answers === 0 ? 'socket.end(() => process.exit(0));' : ''}
`;

const report = (epoch: number, metrics: object, more: object = {}): string =>
  JSON.stringify({ type: 'report', epoch, metrics, ...more });

describe('a program that writes to the socket itself', () => {
  test('is answered in order, with the id of its request', async () => {
    const lines = [
      report(1, { val_loss: 2 }, { id: 'a' }),
      '',
      '{"type": "progress", "epoch": 2, "step": 1, "steps": 9}',
    ];
    await trial.run('train.cjs', client([...lines, report(2, { val_loss: 1 }, { id: 7 })], 2));
    assert.deepEqual(trial.reports, [
      { epoch: 1, metrics: { val_loss: 2 } },
      { epoch: 2, metrics: { val_loss: 1 } },
    ]);
    const { readFileSync } = await import('node:fs');
    const log = readFileSync(`${trial.checkpointDir}/output.log`, 'utf8');
    assert.match(log, /{"id":"a","decision":"continue","epoch":1}\n{"id":7,"decision":"continue","epoch":2}/);
  });

  test('may end while its reports are under way', async () => {
    trial.decide = () => new Promise((resolve) => setTimeout(resolve, 100, 'continue'));
    await trial.run(
      'train.cjs',
      client(
        [1, 2, 3].map((epoch) => report(epoch, { val_loss: epoch })),
        0,
      ),
    );
    assert.equal(trial.reports.length, 3);
  });

  test('may print the same again', async () => {
    await trial.run(
      'train.cjs',
      `${client([report(1, { val_loss: 2 })], 1)}\n`.replace(
        'console.log(text)',
        `console.log('{"epoch": 2, "val_loss": 3}')`,
      ),
    );
    assert.equal(trial.reports.length, 1);
  });

  const wrong: readonly (readonly [what: string, line: string, message: RegExp])[] = [
    ['no JSON', '{"type": report}', /no JSON, in the line {"type": report}/],
    ['no object', '3', /a message is a JSON object/],
    ['an unknown message', '{"type": "stop"}', /there is no message "stop"/],
    ['progress without steps', '{"type": "progress"}', /must be numbers/],
    ['a checkpoint elsewhere', report(1, {}, { checkpoint: '/etc/passwd' }), /not a file directly in/],
    ['a checkpoint that is missing', report(1, {}, { checkpoint: 'x.pt' }), /x\.pt cannot be read: no such file/],
    ['a line without end', 'x'.repeat(1_200_000), /no JSON/],
  ];
  for (const [what, line, message] of wrong) {
    test(`fails for ${what}, with the line`, async () => {
      await assert.rejects(trial.run('train.cjs', client([line], 1), {}, CHECKING), (error: unknown) => {
        assert.ok(error instanceof InputError);
        assert.match(error.message, message);
        return true;
      });
    });
  }

  const CHECKING = {
    progress: (progress: object) => {
      if (!('steps' in progress))
        throw new InputError('REPORT_INVALID', 'epoch, step and steps of a progress must be numbers');
    },
  };
});

test('a folder whose path is too long for a socket is no problem', async () => {
  const { mkdirSync, mkdtempSync } = await import('node:fs');
  const checkpointDir = mkdtempSync(`${trial.folder}/${'x'.repeat(120)}`);
  mkdirSync(checkpointDir, { recursive: true });
  await trial.run('train.cjs', client([report(1, { val_loss: 2 })], 1), {}, { checkpointDir });
  assert.equal(trial.reports.length, 1);
});
