import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { Trial } from './rig.js';

let trial: Trial;
const trials: Trial[] = [];
beforeEach(() => trials.push((trial = new Trial())));
after(() => trials.forEach((each) => each.close()));

const REPORT = `echo '{"val_loss": 1}'`;

// Each of these took minutes or all memory, or hung, in some version of a reader of lines.
describe('a trial survives a program that', { timeout: 120_000 }, () => {
  const programs: readonly (readonly [what: string, name: string, text: string, reports?: number])[] = [
    ['prints much that looks like JSON', 'train.sh', `yes '{' | head -200000; yes '{"' | head -50000; ${REPORT}`],
    ['prints bytes that are no text', 'train.sh', `head -c 2000000 /dev/urandom; echo; ${REPORT}`],
    ['prints a line without end', 'train.sh', `head -c 8000000 /dev/zero; echo; ${REPORT}`],
    ['reports as fast as it can', 'train.sh', `yes '{"val_loss": 1}' | head -20000`, 20_000],
    ['removes its socket', 'train.sh', `rm -f "$SWEEPWRIGHT_SOCKET"; ${REPORT}`],
    [
      'reads no answer',
      'train.py',
      `import os, socket
s = socket.socket(socket.AF_UNIX)
s.connect(os.environ["SWEEPWRIGHT_SOCKET"])
for epoch in range(1, 20001): s.sendall(b'{"type": "report", "epoch": %d, "metrics": {"val_loss": 1}}\\n' % epoch)`,
      20_000,
    ],
  ];
  for (const [what, name, text, reports = 1] of programs) {
    test(what, async () => {
      await trial.run(name, text);
      assert.equal(trial.reports.length, reports);
    });
  }
});
