import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { OomHistory } from '../../../src/executor/scheduling/oom-history.js';
import { temporaryFolder } from '../rig.js';

const parameters = { shape: ['backbone', 'image_size'], batch: 'batch_size' };
const trial = { backbone: 'b0', image_size: 224, batch_size: 64, gamma: 2 };

async function emptyHistory(): Promise<{ readonly history: OomHistory; readonly file: string }> {
  const file = join(await temporaryFolder(), 'memory.json');
  return { history: await OomHistory.open({ file, parameters }), file };
}

test('a trial without enough memory is tried exclusively, then halved down to two samples, then given up', async () => {
  const { history } = await emptyHistory();
  let microBatch: number | undefined;
  let exclusive = false;
  const tried = [];
  for (;;) {
    const next = await history.learn('gpu:0', trial, { microBatch, exclusive });
    if (next === undefined) break;
    ({ microBatch } = next);
    exclusive = true;
    tried.push(microBatch);
  }
  assert.deepEqual(tried, [undefined, 32, 16, 8, 4, 2]);
});

test('the next trial of the same shape on the same device begins with a micro-batch that may fit, others with the whole batch', async () => {
  const { history } = await emptyHistory();
  await history.learn('gpu:0', trial, { microBatch: undefined, exclusive: true });
  const advice = (device: string, changes: object) => history.advise(device, { ...trial, ...changes }).microBatch;
  assert.equal(advice('gpu:0', { gamma: 0 }), 32);
  assert.equal(advice('gpu:0', { batch_size: 200 }), 50);
  assert.equal(advice('gpu:0', { batch_size: 63 }), undefined);
  assert.equal(advice('gpu:1', {}), undefined);
  assert.equal(advice('gpu:0', { backbone: 'b1' }), undefined);
});

test('a shape that did not fit on a shared device trains exclusively from then on', async () => {
  const { history } = await emptyHistory();
  await history.learn('gpu:0', trial, { microBatch: undefined, exclusive: false });
  assert.deepEqual(history.advise('gpu:0', trial), { microBatch: undefined, exclusive: true });
  assert.deepEqual(history.advise('gpu:0', { ...trial, batch_size: 32 }), { microBatch: undefined, exclusive: false });
});

test('another run reads the history, and begins with an empty one where the file is damaged', async () => {
  const { history, file } = await emptyHistory();
  await history.learn('gpu:0', trial, { microBatch: 32, exclusive: true });
  const again = await OomHistory.open({ file, parameters });
  assert.equal(again.advise('gpu:0', trial).microBatch, 16);
  for (const damage of ['{"tooMany": {"x', '[]', '{"tooMany": {"a": "b"}}']) {
    await writeFile(file, damage);
    assert.equal((await OomHistory.open({ file, parameters })).advise('gpu:0', trial).microBatch, undefined);
  }
});
