import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import {
  replaceFile,
  replaceFileSync,
  writeFileAtomically,
  writeFileAtomicallySync,
} from '../../src/platform/replace-file.js';
import { temporaryFolder } from '../runtime/project.js';

describe('an atomic write', () => {
  let folder: string;
  let file: string;

  before(async () => (folder = await temporaryFolder('replace')));
  after(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    file = path.join(folder, 'file');
    await writeFile(file, 'before');
  });

  it('replaces the content, with the permissions asked for', async () => {
    await writeFileAtomically(file, 'after', { mode: 0o600 });
    assert.equal(await readFile(file, 'utf8'), 'after');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    writeFileAtomicallySync(file, Buffer.from('later'));
    assert.equal(await readFile(file, 'utf8'), 'later');
    assert.deepEqual(await readdir(folder), ['file']);
  });

  it('returns what the writer returns', async () => {
    assert.equal(await replaceFile(file, async (draft) => (await writeFile(draft, 'x'), 7)), 7);
    assert.deepEqual(await readdir(folder), ['file']);
  });

  it('leaves what was there and no temporary file when the writer fails', async () => {
    const half = async (draft: string): Promise<void> => {
      await writeFile(draft, 'half');
      throw new Error('stopped');
    };
    await assert.rejects(replaceFile(file, half), /stopped/);
    assert.throws(() => replaceFileSync(file, () => assert.fail('stopped')), /stopped/);
    assert.equal(await readFile(file, 'utf8'), 'before');
    assert.deepEqual(await readdir(folder), ['file']);
  });

  it('cleans up when the rename fails', async () => {
    const target = path.join(folder, 'folder');
    await mkdir(target);
    await assert.rejects(writeFileAtomically(target, 'x'), { code: 'EISDIR' });
    assert.throws(() => writeFileAtomicallySync(target, 'x'), { code: 'EISDIR' });
    assert.deepEqual((await readdir(folder)).sort(), ['file', 'folder']);
    await rm(target, { recursive: true });
  });
});
