import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Trial } from './rig.js';

let trial: Trial;
const trials: Trial[] = [];
beforeEach(() => trials.push((trial = new Trial())));
after(() => trials.forEach((each) => each.close()));

const SCRIPT = `
import sweepwright as sw
lr = sw.params.get("lr", 0.5)
for epoch in sw.epochs(3):
    sw.progress(1, 2)
    if sw.report({"val/acc": epoch}, val_loss=lr / epoch):
        print("told to stop")
`;

describe('a script with the Python module', () => {
  test('gets its parameters, and reports its epochs', async () => {
    const progress: object[] = [];
    await trial.run('train.py', SCRIPT, {}, { params: { lr: 1 }, progress: (each) => void progress.push(each) });
    assert.deepEqual(trial.reports, [
      { epoch: 1, metrics: { 'val/acc': 1, val_loss: 1 } },
      { epoch: 2, metrics: { 'val/acc': 2, val_loss: 0.5 } },
      { epoch: 3, metrics: { 'val/acc': 3, val_loss: 1 / 3 } },
    ]);
    assert.deepEqual(progress[0], { type: 'progress', epoch: 1, step: 1, steps: 2, epochs: 3 });
  });

  test('learns that it is to stop, and its loop ends', async () => {
    trial.decide = ({ epoch }) => (epoch === 2 ? 'stop' : 'continue');
    await trial.run('train.py', SCRIPT);
    assert.equal(trial.reports.length, 2);
    assert.match(readFileSync(join(trial.checkpointDir, 'output.log'), 'utf8'), /told to stop/);
  });

  test('may end by the exception for it, at once and without a failure', async () => {
    trial.decide = () => 'stop';
    const text = 'import sweepwright as sw\nsw.report_or_stop(val_loss=1)\nopen("reached", "w")';
    await trial.run('train.py', text);
    assert.equal(existsSync(join(trial.folder, 'reached')), false);
  });

  test('reports numbers of other libraries, also those that are not finite, and no texts', async () => {
    const text = `
import sweepwright as sw, decimal
sw.report(val_loss=float("nan"), high=float("inf"), decimal=decimal.Decimal("1.5"), flag=True)
try: sw.report(val_loss="low")
except TypeError as error: print(error)
`;
    await trial.run('train.py', text);
    assert.deepEqual(trial.reports, [{ epoch: 1, metrics: { val_loss: NaN, high: Infinity, decimal: 1.5, flag: 1 } }]);
    assert.match(readFileSync(join(trial.checkpointDir, 'output.log'), 'utf8'), /val_loss must be a number, not 'low'/);
  });

  test('goes on from the last checkpoint that is whole and recorded', async () => {
    const text = `
import sweepwright as sw, os
print("from", sw.resumed_epoch, sw.checkpoint and os.path.basename(sw.checkpoint))
for epoch in sw.epochs(4):
    path = os.path.join(sw.checkpoint_dir, f"epoch-{epoch}.pt")
    open(path, "w").write(str(epoch))
    sw.save(path)
    sw.report(val_loss=epoch)
`;
    const [first, second] = [1, 2];
    trial.decide = ({ epoch }) => (epoch === 3 ? 'stop' : 'continue');
    await trial.run('train.py', text);
    assert.deepEqual(
      trial.reports.map(({ epoch, checkpoint }) => [epoch, checkpoint?.file, checkpoint?.bytes]),
      [first, second, 3].map((epoch) => [epoch, `epoch-${epoch}.pt`, 1]),
    );
    trial.reports.length = 0;
    // The third was reported and never recorded; the second is damaged.
    trial.decide = () => 'continue';
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(trial.checkpointDir, 'epoch-2.pt'), 'x');
    await trial.run('train.py', text, {}, { recordedEpochs: 2 });
    assert.deepEqual(
      trial.reports.map(({ epoch }) => epoch),
      [2, 3, 4],
    );
    assert.match(readFileSync(join(trial.checkpointDir, 'output.log'), 'utf8'), /from 0 None[^]*from 1 epoch-1\.pt/);
  });

  test('reports from the first of several processes, and all learn the decision', async () => {
    trial.decide = ({ epoch }) => (epoch === 2 ? 'stop' : 'continue');
    const text = `
import os, subprocess, sys
if "RANK" not in os.environ:
    workers = [subprocess.Popen([sys.executable, __file__], env={**os.environ, "RANK": str(rank)}) for rank in (2, 1, 0)]
    sys.exit(max(worker.wait() for worker in workers))
import sweepwright as sw
rank = int(os.environ["RANK"])
while not sw.report(val_loss=rank): pass
`;
    await trial.run('train.py', text);
    assert.deepEqual(trial.reports, [
      { epoch: 1, metrics: { val_loss: 0 } },
      { epoch: 2, metrics: { val_loss: 0 } },
    ]);
  });

  test('reports from one process after the other, and after a fork', async () => {
    const text = `
import os, sweepwright as sw
sw.report(val_loss=1)
if os.fork() == 0:
    sw.report(val_loss=2, epoch=2)
    os._exit(0)
os.wait()
sw.report(val_loss=3, epoch=3)
`;
    trial.write('one.py', 'import sweepwright as sw, sys\nsw.report(val_loss=float(sys.argv[1]))');
    await trial.run('train.sh', 'python3 one.py 1 && bash -c "python3 one.py 2; python3 one.py 3"');
    assert.deepEqual(
      trial.reports.splice(0).map(({ epoch }) => epoch),
      [1, 2, 3],
    );
    await trial.run('train.py', text);
    assert.deepEqual(
      trial.reports.map(({ epoch, metrics }) => [epoch, metrics['val_loss']]),
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
    );
  });
});

test('outside a sweep the same script runs, prints, and never stops', () => {
  trial.write('train.py', SCRIPT);
  const PYTHONPATH = fileURLToPath(new URL('../../../python', import.meta.url));
  const { stdout, status } = spawnSync('python3', ['train.py'], {
    cwd: trial.folder,
    env: { ...process.env, PYTHONPATH },
    encoding: 'utf8',
  });
  assert.equal(status, 0);
  assert.equal(
    stdout,
    'epoch 1: val/acc=1 val_loss=0.5\nepoch 2: val/acc=2 val_loss=0.25\nepoch 3: val/acc=3 val_loss=0.166667\n',
  );
});
