import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Rig } from '../rig.js';

const rigs: Rig[] = [];
after(() => Promise.all(rigs.map((rig) => rig.close())));

/** A script that takes its losses from its parameters, and goes on from its checkpoint. */
const SCRIPT = `
import os, sys, time
import sweepwright as sw

with open("pids", "a") as file:
    file.write(f"{os.getpid()}\\n")
state = 1.0
if sw.checkpoint:
    with open(sw.checkpoint) as file:
        state = float(file.read())
for epoch in sw.epochs(6):
    state *= sw.params["decay"]
    path = os.path.join(sw.checkpoint_dir, f"epoch-{epoch}.txt")
    with open(path, "w") as file:
        file.write(repr(state))
    sw.save(path)
    sw.report(val_loss=state)
    print("args", *sys.argv[1:], "epoch", epoch)
    while os.path.exists("hold") and epoch == 3:
        time.sleep(0.02)
`;

const FILE = `
program: train.py
interpreter: python3
method: grid
parameters: {decay: {values: [0.5, 0.25, 0.1]}}
slots: 2
`;

function open(): Rig {
  const rig = new Rig();
  rigs.push(rig);
  rig.write('train.py', SCRIPT);
  rig.write('sweep.yaml', FILE);
  return rig;
}

const HISTORY = `select t.params, h.epoch, h.metric, h.value from data.history h join data.trials t on t.id = h.trial order by all`;

const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

async function waitFor(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let waited = 0; !(await holds()); waited += 100) {
    assert.ok(waited < 60_000, `${what} within a minute`);
    await sleep(100);
  }
}

describe('a sweep of a program', () => {
  test('gives the same rows after kill -9 of the main process, which leaves no process', async () => {
    const whole = open();
    const { code, stderr } = await whole.run('run', 'sweep.yaml');
    assert.equal(code, 0, stderr);
    const expected = await whole.rows(HISTORY);
    assert.equal(expected.length, 18);

    const killed = open();
    killed.write('hold', '');
    const sweep = killed.start('run', 'sweep.yaml');
    const pids = (): number[] => readFileSync(join(killed.folder, 'pids'), 'utf8').trim().split('\n').map(Number);
    await waitFor(() => sweep.stdout.match(/epoch 3/g)?.length === 2, 'two trials stand at epoch 3');
    await sweep.kill('SIGKILL');
    await waitFor(() => !pids().some(isAlive), 'their programs have ended');
    rmSync(join(killed.folder, 'hold'));
    const resumed = await killed.run('resume');
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.deepEqual(await killed.rows(HISTORY), expected);
    // Two trials went on from epoch 3.
    const log = await killed.run('logs', '1');
    assert.equal(log.stdout.match(/^\$ /gm)?.length, 2);
    assert.equal(log.stdout.match(/epoch 3$/gm)?.length, 1);
  });

  test('shows the command lines before it runs, and the logs while it runs', async () => {
    const rig = open();
    assert.match(
      (await rig.run('plan', 'sweep.yaml')).stdout,
      /^command +\/usr\/bin\/env python3 train\.py --decay=0\.5$/m,
    );
    const dry = await rig.run('run', 'sweep.yaml', '--dry-run');
    assert.equal(dry.stdout.match(/^\/usr\/bin\/env python3 train\.py --decay=0\.\d+$/gm)?.length, 3);
    rig.write('hold', '');
    const sweep = rig.start('run', 'sweep.yaml');
    await waitFor(() => sweep.stdout.includes(' epoch 3 '), 'a trial stands at epoch 3');
    const followed = rig.start('logs', '1', '-f');
    await waitFor(() => followed.stdout.includes('epoch 3'), 'the log is followed');
    rmSync(join(rig.folder, 'hold'));
    assert.equal((await sweep.ended).code, 0);
    assert.match((await followed.ended).stdout, /args --decay=0\.5 epoch 6\n$/);
    assert.match((await rig.run('logs', '9')).stderr, /there is no trial 9/);
  });
});
