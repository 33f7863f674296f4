import assert from 'node:assert/strict';
import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { acquireFileLock, acquireFileLockIfNeeded } from '../../src/platform/file-lock.js';
import type { LockHolder } from '../../src/platform/lock-holder.js';
import { start, temporaryFolder } from '../runtime/project.js';

const now = Date.now;

describe('a lock between processes', () => {
  let folder: string;
  let file: string;

  before(async () => (folder = await temporaryFolder('lock')));
  beforeEach(() => (file = path.join(folder, 'lock')));
  after(() => rm(folder, { recursive: true }));

  /** The lock as another process would have written it. */
  const abandon = async (change: Partial<LockHolder>): Promise<void> => {
    const lock = await acquireFileLock(file, { now });
    const holder = JSON.parse(await readFile(file, 'utf8')) as LockHolder;
    await lock.close();
    await writeFile(file, JSON.stringify({ ...holder, ...change }));
  };

  /** A holder that touches its file keeps the lock for longer than the silence that would lose it. */
  const waitsWhileTouched = async (): Promise<void> => {
    const calledOff = new AbortController();
    const early = acquireFileLock(file, { signal: calledOff.signal, silentMs: 1000 });
    for (let touch = 0; touch < 15; touch++) {
      await utimes(file, touch, touch);
      await delay(100);
    }
    calledOff.abort();
    await assert.rejects(early, { name: 'AbortError' });
  };

  it('is a file for its owner only, and removed on release, even twice', async () => {
    const lock = await acquireFileLock(file, { now });
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((JSON.parse(await readFile(file, 'utf8')) as LockHolder).pid, process.pid);
    await lock.close();
    await lock.close();
    await assert.rejects(stat(file), { code: 'ENOENT' });
  });

  it('makes the second wait, tells it for which holder, and lets it abort', async () => {
    const lock = await acquireFileLock(file, { now });
    const calledOff = new AbortController();
    let waitedFor: LockHolder | undefined;
    const second = acquireFileLock(file, {
      now,
      signal: calledOff.signal,
      onWait: (holder) => {
        waitedFor = holder;
        calledOff.abort();
      },
    });
    await assert.rejects(second, { name: 'AbortError' });
    assert.equal(waitedFor?.pid, process.pid);

    let waited = false;
    const third = acquireFileLock(file, {
      now,
      onWait: () => {
        waited = true;
        void lock.close();
      },
    });
    await (await third).close();
    assert.ok(waited);
  });

  it('is taken over from a killed process, and from one whose pid another process has now', async () => {
    const holder = start(process.execPath, [program, file, 'hold'], folder, process.env);
    await holder.until('locked');
    holder.child.kill('SIGKILL');
    await holder.ended;
    await (await acquireFileLock(file, { now, onWait: () => assert.fail('waits for the dead') })).close();

    await abandon({ process: 'an earlier start' });
    await (await acquireFileLock(file, { now, onWait: () => assert.fail('waits for a namesake') })).close();
    await writeFile(file, 'half a lo');
    await (await acquireFileLock(file, { now })).close();
  });

  it('is taken over from a zombie process', async () => {
    const script = '"$0" "$1" "$2" hold & exec sleep 60';
    const parent = start('sh', ['-c', script, process.execPath, program, file], folder, process.env);
    await parent.until('locked');
    process.kill((JSON.parse(await readFile(file, 'utf8')) as LockHolder).pid, 'SIGKILL');
    await (await acquireFileLock(file, { now })).close();
    parent.child.kill();
    await parent.ended;
  });

  it('is taken over from another machine only after a silence, independent of its clock', async () => {
    await abandon({ host: 'elsewhere', pid: 1 });
    const anHourAgo = now() / 1000 - 3600;
    await utimes(file, anHourAgo, anHourAgo);
    await waitsWhileTouched();
    await (await acquireFileLock(file, { silentMs: 300 })).close();
  });

  it('is taken over from a worker thread, which may have ended without its process, only after a silence', async () => {
    await abandon({ thread: 3 });
    await waitsWhileTouched();
    await (await acquireFileLock(file, { silentMs: 300 })).close();
  });

  it('stays with a silent main thread', async () => {
    await abandon({});
    const calledOff = AbortSignal.timeout(500);
    await assert.rejects(acquireFileLock(file, { signal: calledOff, silentMs: 100 }), { name: 'TimeoutError' });
    await rm(file);
  });

  it('is touched regularly while it is held', async () => {
    const lock = await acquireFileLock(file);
    const { mtimeMs } = await stat(file);
    const deadline = now() + 10_000;
    while ((await stat(file)).mtimeMs === mtimeMs) {
      assert.ok(now() < deadline, 'the file was never touched');
      await delay(20);
    }
    await lock.close();
  });

  it('is given back when the last holder did the work between the question and the lock', async () => {
    const answers = [true, false];
    assert.equal(await acquireFileLockIfNeeded(file, () => answers.shift()!), undefined);
    assert.deepEqual(answers, []);
    assert.deepEqual(await readdir(folder), []);
  });

  it('is not taken once it is no longer needed', async () => {
    assert.equal(await acquireFileLockIfNeeded(file, () => false), undefined);
    const lock = await acquireFileLock(file);
    let asked = 0;
    assert.equal(await acquireFileLockIfNeeded(file, () => ++asked < 3), undefined);
    await lock.close();
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith('lock')),
      [],
    );
  });

  it('has one holder at a time, even if several processes take over an abandoned one at once', async () => {
    await abandon({ process: 'an earlier start' });
    const journal = path.join(folder, 'journal');
    const all = Array.from({ length: 6 }, () => start(process.execPath, [program, file, journal], folder, process.env));
    for (const one of all) assert.equal((await one.ended).status, 0, (await one.ended).output);
    const lines = (await readFile(journal, 'utf8')).trim().split('\n');
    assert.equal(lines.length, 2 * 6 * 5);
    for (let index = 0; index < lines.length; index += 2) {
      assert.equal(lines[index + 1], lines[index]!.replace('enters', 'leaves'));
    }
  });
});

const program = fileURLToPath(new URL('./lock-program.js', import.meta.url));
