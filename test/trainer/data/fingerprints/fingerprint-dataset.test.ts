import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fingerprintDataset } from '../../../../src/trainer/data/fingerprints/fingerprint-dataset.js';
import { temporaryFolder, writeFiles } from '../files.js';

const FILES = { 'cats/1.jpg': 'one', 'cats/2.jpg': 'two', 'dogs/young/3.jpg': 'three', 'labels.csv': 'a,b' };
const LATER = new Date('2040-01-01');
const EARLIER = new Date('2001-01-01');

test('a copy at another path, written in another order and later, has the same fingerprint', async (t) => {
  const [folder, cacheDir] = [temporaryFolder(t), temporaryFolder(t)];
  const first = writeFiles(join(folder, 'first'), FILES);
  const second = writeFiles(join(folder, 'sécond place'), Object.fromEntries(Object.entries(FILES).reverse()));
  utimesSync(join(second, 'cats/1.jpg'), EARLIER, EARLIER);
  const fingerprint = await fingerprintDataset(first, { cacheDir });
  assert.match(fingerprint, /^[0-9a-f]{64}$/);
  assert.equal(await fingerprintDataset(second, { cacheDir }), fingerprint);
});

test('a changed name, byte or folder changes the fingerprint', async (t) => {
  const [folder, cacheDir] = [temporaryFolder(t), temporaryFolder(t)];
  const variants: Record<string, (root: string) => void> = {
    unchanged: () => undefined,
    byte: (root) => writeFiles(root, { 'cats/1.jpg': 'onE' }),
    longer: (root) => writeFiles(root, { 'cats/1.jpg': 'one ' }),
    renamed: (root) => {
      renameSync(join(root, 'cats/1.jpg'), join(root, 'cats/0.jpg'));
    },
    swapped: (root) => writeFiles(root, { 'cats/1.jpg': 'two', 'cats/2.jpg': 'one' }),
    moved: (root) => {
      renameSync(join(root, 'cats/2.jpg'), join(root, 'dogs/2.jpg'));
    },
    added: (root) => writeFiles(root, { 'dogs/empty.jpg': '' }),
    lifted: (root) => {
      renameSync(join(root, 'dogs/young/3.jpg'), join(root, 'dogs/3.jpg'));
    },
  };
  const fingerprints = new Map<string, string>();
  for (const [name, change] of Object.entries(variants)) {
    const root = writeFiles(join(folder, name), FILES);
    change(root);
    const fingerprint = await fingerprintDataset(root, { cacheDir });
    assert.equal(fingerprints.get(fingerprint), undefined, `${name} has the fingerprint of another variant`);
    fingerprints.set(fingerprint, name);
  }
});

test('hidden files, files of operating systems and empty folders are ignored', async (t) => {
  const [folder, cacheDir] = [temporaryFolder(t), temporaryFolder(t)];
  writeFiles(folder, FILES);
  const before = await fingerprintDataset(folder, { cacheDir });
  writeFiles(folder, {
    '.DS_Store': 'x',
    'cats/.DS_Store': 'x',
    'cats/Thumbs.db': 'x',
    'desktop.ini': 'x',
    '.git/config': 'x',
    '__MACOSX/cats/1.jpg': 'x',
  });
  mkdirSync(join(folder, 'birds/none'), { recursive: true });
  assert.equal(await fingerprintDataset(folder, { cacheDir }), before);
});

test('composed and decomposed accents in names give the same fingerprint', async (t) => {
  const [folder, cacheDir] = [temporaryFolder(t), temporaryFolder(t)];
  const composed = writeFiles(join(folder, 'a'), { 'caf\u00e9/1.jpg': 'x', 'zoo/1.jpg': 'y' });
  const decomposed = writeFiles(join(folder, 'b'), { 'cafe\u0301/1.jpg': 'x', 'zoo/1.jpg': 'y' });
  assert.equal(await fingerprintDataset(decomposed, { cacheDir }), await fingerprintDataset(composed, { cacheDir }));
});

test('a single file has a fingerprint', async (t) => {
  const [folder, cacheDir] = [temporaryFolder(t), temporaryFolder(t)];
  writeFiles(folder, { 'a.csv': 'x,y', 'b.csv': 'x,y', 'c.csv': 'x,z' });
  const [a, b, c] = await Promise.all(
    ['a.csv', 'b.csv', 'c.csv'].map((name) => fingerprintDataset(join(folder, name), { cacheDir })),
  );
  assert.equal(a, b);
  assert.notEqual(a, c);
});

test('linked files count as if they were in the folder; a link to a parent folder ends the walk', async (t) => {
  const [folder, cacheDir] = [temporaryFolder(t), temporaryFolder(t)];
  const plain = writeFiles(join(folder, 'plain'), FILES);
  const linked = writeFiles(join(folder, 'linked'), { 'labels.csv': 'a,b' });
  writeFiles(join(folder, 'store'), { 'one.bin': 'one', 'two.bin': 'two', 'young/3.jpg': 'three' });
  mkdirSync(join(linked, 'cats'));
  symlinkSync(join(folder, 'store/one.bin'), join(linked, 'cats/1.jpg'));
  symlinkSync('../../store/two.bin', join(linked, 'cats/2.jpg'));
  mkdirSync(join(linked, 'dogs'));
  symlinkSync(join(folder, 'store/young'), join(linked, 'dogs/young'));
  assert.equal(await fingerprintDataset(linked, { cacheDir }), await fingerprintDataset(plain, { cacheDir }));
  symlinkSync('..', join(linked, 'dogs/up'));
  symlinkSync('.', join(linked, 'here'));
  assert.equal(await fingerprintDataset(linked, { cacheDir }), await fingerprintDataset(plain, { cacheDir }));
});

test('unreadable files are an error with paths and reasons', async (t) => {
  const [folder, cacheDir] = [temporaryFolder(t), temporaryFolder(t)];
  writeFiles(folder, FILES);
  for (const number of [1, 2, 3, 4, 5, 6, 7]) symlinkSync('nowhere', join(folder, `cats/broken-${number}.jpg`));
  await assert.rejects(fingerprintDataset(folder, { cacheDir }), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'DATASET_UNREADABLE');
    assert.match(error.message, /^7 of the files/);
    assert.ok(
      error.message.includes(`${join(folder, 'cats/broken-1.jpg')} (no such file or directory)`),
      error.message,
    );
    assert.match(error.message, /and 2 more$/);
    return true;
  });
});

test('a pipe and a device are refused', async (t) => {
  const cacheDir = temporaryFolder(t);
  await assert.rejects(fingerprintDataset('/dev/null', { cacheDir }), {
    code: 'DATASET_UNREADABLE',
    message: 'the dataset /dev/null is neither a file nor a folder',
  });
});

test('a missing path is an error that names its existing part and similar names', async (t) => {
  const [folder, cacheDir] = [temporaryFolder(t), temporaryFolder(t)];
  writeFiles(folder, { 'data/flowers-102/a.jpg': 'x', 'data/birds/b.jpg': 'x' });
  symlinkSync('gone', join(folder, 'link'));
  const hintFor = async (path: string): Promise<string> => {
    const error = await fingerprintDataset(join(folder, path), { cacheDir }).then(
      () => assert.fail('it was found'),
      (thrown: unknown) => thrown as Error & { code?: string; hint?: string; exitStatus?: number },
    );
    assert.equal(error.code, 'DATASET_NOT_FOUND');
    assert.equal(error.exitStatus, 2);
    assert.equal(error.message, `there is no dataset at ${join(folder, path)}`);
    return error.hint ?? '';
  };
  const data = join(folder, 'data');
  assert.ok((await hintFor('data/flower-102')).includes(`Did you mean ${join(data, 'flowers-102')}?`));
  assert.ok((await hintFor('data/Brids/train')).includes(`Did you mean ${join(data, 'birds')}?`));
  assert.ok((await hintFor('data/x/y/z')).includes(`${data} has no "x"; it holds birds, flowers-102`));
  assert.ok((await hintFor('data/birds/b.jpg/c')).includes(`${join(data, 'birds/b.jpg')} is a file`));
  assert.ok((await hintFor('link')).includes('is a link whose target does not exist'));
});

test('a file is read once, and again if it may have changed', async (t) => {
  const [folder, cacheDir] = [temporaryFolder(t), temporaryFolder(t)];
  writeFiles(folder, { '1.jpg': 'one' });
  const truth = await fingerprintDataset(folder, { cacheDir });
  const [name] = readdirSync(join(cacheDir, 'fingerprints'));
  const cacheFile = join(cacheDir, 'fingerprints', name!);
  // A wrong hash in the cache shows whether the cache or the file was read.
  const forge = (savedAt: Date): void => {
    const entries = readFileSync(cacheFile, 'utf8')
      .split('\n')[1]!
      .replace(/[0-9a-f]{64}/, '0'.repeat(64));
    writeFileSync(cacheFile, `${createHash('sha256').update(entries).digest('hex')}\n${entries}`);
    utimesSync(cacheFile, savedAt, savedAt);
  };
  forge(LATER);
  assert.notEqual(await fingerprintDataset(folder, { cacheDir }), truth, 'an unchanged file was read again');
  forge(EARLIER);
  assert.equal(await fingerprintDataset(folder, { cacheDir }), truth, 'a file that is newer than its hash was trusted');
  forge(LATER);
  utimesSync(join(folder, '1.jpg'), EARLIER, EARLIER);
  assert.equal(await fingerprintDataset(folder, { cacheDir }), truth, 'a touched file was trusted');
  writeFileSync(cacheFile, '[["1.jpg", 7], "nonsense');
  assert.equal(await fingerprintDataset(folder, { cacheDir }), truth, 'a damaged cache changed the result');
});

test('a flipped bit anywhere in the cache of hashes does not change the result', async (t) => {
  const [folder, cacheDir] = [temporaryFolder(t), temporaryFolder(t)];
  writeFiles(folder, { '1.jpg': 'one' });
  const truth = await fingerprintDataset(folder, { cacheDir });
  const [name] = readdirSync(join(cacheDir, 'fingerprints'));
  const cacheFile = join(cacheDir, 'fingerprints', name!);
  const whole = readFileSync(cacheFile);
  for (let place = 0; place < whole.length; place++) {
    const bytes = Buffer.from(whole);
    bytes[place]! ^= 1;
    writeFileSync(cacheFile, bytes);
    utimesSync(cacheFile, LATER, LATER);
    assert.equal(await fingerprintDataset(folder, { cacheDir }), truth, `byte ${place}`);
  }
});

test('it works without a writable cache', async (t) => {
  const [folder, cacheDir] = [temporaryFolder(t), temporaryFolder(t)];
  writeFiles(folder, FILES);
  writeFileSync(join(cacheDir, 'file'), '');
  const expected = await fingerprintDataset(folder, { cacheDir });
  assert.equal(await fingerprintDataset(folder, { cacheDir: join(cacheDir, 'file') }), expected);
});

test('a fingerprint needs neither the image decoder nor TensorFlow', (t) => {
  const folder = temporaryFolder(t);
  cpSync(new URL(import.meta.url), join(folder, 'data.csv'));
  const module = new URL('../../../../src/trainer/data/fingerprints/fingerprint-dataset.js', import.meta.url).href;
  const script = `
    const { fingerprintDataset } = await import(${JSON.stringify(module)});
    await fingerprintDataset(${JSON.stringify(join(folder, 'data.csv'))}, { cacheDir: ${JSON.stringify(folder)} });
    console.log(process.report.getReport().sharedObjects.join('\\n'));`;
  const libraries = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: dirname(folder),
  }).toString();
  assert.match(libraries, /libc|libSystem|ntdll/);
  assert.doesNotMatch(libraries, /vips|tensorflow/);
});
