import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { MessageBatcher } from '../../../src/executor/inside-host/message-batcher.js';

test('messages posted in one turn are sent as one, in order, and later messages in another', async (t) => {
  const { port1, port2 } = new MessageChannel();
  t.after(() => port1.close());
  const heard: unknown[] = [];
  port2.on('message', (message) => heard.push(message));
  const batcher = new MessageBatcher<number>((messages, onSent) => {
    port1.postMessage(messages);
    onSent();
  });
  await Promise.all([batcher.post(1), Promise.resolve().then(() => batcher.post(2)), batcher.post(3)]);
  await batcher.post(4);
  port1.close();
  await once(port2, 'close');
  assert.deepEqual(heard, [[1, 3, 2], [4]]);
});

test('a message counts as sent only when it is on its way', async () => {
  let depart: (() => void) | undefined;
  const batcher = new MessageBatcher<string>((_, onSent) => (depart = onSent));
  let isSent = false;
  const sent = batcher.post('ready').then(() => (isSent = true));
  await nextTurn();
  await nextTurn();
  assert.equal(isSent, false);
  depart?.();
  await sent;
  assert.equal(isSent, true);
});
