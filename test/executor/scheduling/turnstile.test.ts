import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { Turnstile } from '../../../src/executor/scheduling/turnstile.js';

test('many pass together, one that wants to be alone waits for them, and those behind it wait for it', async () => {
  const turnstile = new Turnstile();
  const inside: string[] = [];
  const leave = new Map<string, () => void>();
  const enter = (name: string, alone: boolean): void => {
    void turnstile.enter({ alone }).then((go) => {
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

  enter('a', false);
  enter('b', false);
  enter('first alone', true);
  enter('second alone', true);
  enter('c', false);
  enter('d', false);
  assert.equal(await after(), 'a b');
  assert.equal(await after('a'), 'b');
  assert.equal(await after('b'), 'first alone');
  assert.equal(await after('first alone'), 'second alone');
  assert.equal(await after('second alone'), 'c d');
});
