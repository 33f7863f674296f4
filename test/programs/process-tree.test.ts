import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProgramError } from '../../src/programs/processes/program-error.js';
import { Trial } from './rig.js';

let trial: Trial;
const trials: Trial[] = [];
beforeEach(() => trials.push((trial = new Trial())));
after(() => trials.forEach((each) => each.close()));

/** A program with children that ignore SIGTERM, have left the group, and have closed their descriptors. */
const FAMILY = `
note() { echo $1 >> pids; }
trap '' TERM
note $$
sleep 1000 & note $!
(trap '' TERM; exec sleep 1001) & note $!
setsid sleep 1002 > /dev/null 2>&1 < /dev/null & note $!
setsid bash -c 'exec 0<&- 1>&- 2>&-; trap "" TERM; echo $$ >> pids; while :; do sleep 1; done' &
nohup sleep 1003 > /dev/null 2>&1 & note $!
`;

/** The processes that the family has noted. */
async function pids(): Promise<number[]> {
  const file = join(trial.folder, 'pids');
  const read = (): number[] => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : []);
  await waitFor(() => read().length === 6, 'the family has started');
  return read();
}

const alive = (all: readonly number[]): number[] =>
  all.filter((pid) => {
    try {
      return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return false;
    }
  });

async function waitFor(holds: () => boolean, what: string): Promise<void> {
  for (let waited = 0; !holds(); waited += 20) {
    assert.ok(waited < 30_000, `${what} within 30 s`);
    await sleep(20);
  }
}

describe('no process of a program is left', () => {
  test('when its first process ends', async () => {
    await trial.run(
      'train.sh',
      `${FAMILY}\nwhile [ $(wc -l < pids) -lt 6 ]; do sleep 0.05; done; echo '{"val_loss": 1}'`,
    );
    assert.deepEqual(alive(await pids()), []);
  });

  test('when the trial is aborted', async () => {
    const running = trial.run('train.sh', `${FAMILY}\nwhile :; do sleep 0.1; done`);
    const all = await pids();
    trial.abort.abort();
    await assert.rejects(running, { name: 'AbortError' });
    assert.deepEqual(alive(all), []);
  });

  test('when its host is killed', async () => {
    trial.write('train.sh', `${FAMILY}\nwhile :; do sleep 0.1; done`);
    const tree = new URL('../../src/programs/processes/process-tree.js', import.meta.url).href;
    const start = { words: ['bash', 'train.sh'], cwd: trial.folder, environment: { PATH: process.env['PATH'] } };
    const script = `const { ProcessTree } = await import('${tree}'); new ProcessTree(${JSON.stringify(start)}); setInterval(() => {}, 1000);`;
    const host = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    const all = await pids();
    host.kill('SIGKILL');
    await once(host, 'exit');
    await waitFor(() => alive(all).length === 0, 'every process has ended');
  });
});

describe('a limit of memory', () => {
  const run = (text: string): Promise<void> => trial.run('train.py', text, { memoryBytes: 150e6 });

  test('ends a program whose processes together use more', async () => {
    const text = `
import os, time
if os.fork() == 0: hold = b"1" * 100_000_000
else: hold = b"2" * 100_000_000
time.sleep(60)
`;
    await assert.rejects(run(text), (error: unknown) => {
      assert.ok(error instanceof ProgramError);
      assert.equal(error.code, 'PROGRAM_OUT_OF_MEMORY');
      assert.match(error.message, /^train\.py used \d+ MB of memory, and `resources` allows 150 MB$/);
      return true;
    });
  });

  test('counts what processes share once', async () => {
    const text = `
import os, time
hold = b"1" * 100_000_000
children = []
for _ in range(3):
    child = os.fork()
    if child == 0:
        time.sleep(2.5)
        os._exit(0)
    children.append(child)
for child in children: os.waitpid(child, 0)
print('{"val_loss": 1}')
`;
    await run(text);
    assert.equal(trial.reports.length, 1);
  });
});
