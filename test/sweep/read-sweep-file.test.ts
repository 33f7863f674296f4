import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { parseSweep } from '../../src/sweep/parse.js';
import { SweepFileError } from '../../src/sweep/problem.js';
import { readSweepFile } from '../../src/sweep/read-sweep-file.js';
import { manifest } from '../fixtures/manifest.js';

const folder = mkdtempSync(join(tmpdir(), 'sweep file ü '));
after(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string, content: string | Uint8Array): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

describe('a sweep file', () => {
  test('is read with its path, spaces and all, and with or without a byte order mark', async () => {
    const file = written(
      'fleurs d’été.yaml',
      '\ufeffmethod: grid\ndataset: données/x\nparameters: {gamma: {values: [0]}}',
    );
    const definition = parseSweep(await readSweepFile(file), { manifest });
    assert.equal(definition.name, 'fleurs d’été');
    assert.equal(definition.dataset?.path, join(folder, 'données/x'));
  });

  const refused = async (file: string, message: RegExp): Promise<void> => {
    await assert.rejects(readSweepFile(file), (error: unknown) => {
      assert.ok(error instanceof SweepFileError);
      assert.equal(error.exitStatus, 2);
      assert.deepEqual(
        error.problems.map(({ rule, file: named }) => [rule, named]),
        [['unreadable', file]],
      );
      assert.match(error.message, message);
      return true;
    });
  };

  test('that does not exist, is a folder or is a symlink loop is refused', async () => {
    await refused(join(folder, 'nothing.yaml'), /nothing\.yaml: there is no such file/);
    await refused(join(written('file', 'x'), 'below.yaml'), /no such file/);
    mkdirSync(join(folder, 'folder.yaml'));
    await refused(join(folder, 'folder.yaml'), /is a folder/);
    symlinkSync('loop', join(folder, 'loop'));
    await refused(join(folder, 'loop'), /cannot be read.*ELOOP/);
  });

  test('that does not exist is refused with the name of a similar file', async () => {
    written('small.yaml', 'method: grid');
    await refused(join(folder, 'small.yml'), /no such file\n {2}did you mean `small\.yaml`\?/);
    await refused(join(folder, 'smal.yaml'), /did you mean `small\.yaml`\?/);
  });

  test('that is not text is refused', async () => {
    await refused(written('image.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 1)), /not a text file/);
    await refused(written('utf16.yaml', Buffer.from('method: grid', 'utf16le')), /not a text file/);
    await refused(written('latin1.yaml', Buffer.from('name: été', 'latin1')), /not UTF-8.*\n.*Save the file as UTF-8/);
  });

  test(
    'that may not be read is refused',
    { skip: process.getuid?.() === 0 && 'root may read everything' },
    async () => {
      const file = written('secret.yaml', 'method: grid');
      chmodSync(file, 0o000);
      await refused(file, /permission/);
    },
  );
});
