import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { RwLock } from '../../../src/executor/scheduling/rw-lock.js';

test('readers share the lock, a writer waits for them, and later readers wait for the writer', async () => {
  const lock = new RwLock();
  const inside: string[] = [];
  const leave = new Map<string, () => void>();
  const acquire = (name: string, exclusive: boolean): void => {
    void lock.acquire({ exclusive }).then((go) => {
      inside.push(name);
      leave.set(name, () => {
        inside.splice(inside.indexOf(name), 1);
        go();
      });
    });
  };
  const after = async (name?: string): Promise<string> => {
    if (name !== undefined) leave.get(name)!();
    await setImmediate();
    return inside.join(' ');
  };

  acquire('a', false);
  acquire('b', false);
  acquire('first writer', true);
  acquire('second writer', true);
  acquire('c', false);
  acquire('d', false);
  assert.equal(await after(), 'a b');
  assert.equal(await after('a'), 'b');
  assert.equal(await after('b'), 'first writer');
  assert.equal(await after('first writer'), 'second writer');
  assert.equal(await after('second writer'), 'c d');
});
