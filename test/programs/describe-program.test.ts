import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { ProgramDefinition } from '../../src/core/trainer/program.js';
import { describeProgram } from '../../src/programs/describe-program.js';
import { runProgram } from '../../src/platform/run-program.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sweepwright-program-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

const describeIt = async (parts: Partial<ProgramDefinition>, environment: NodeJS.ProcessEnv = process.env) =>
  describeProgram(
    {
      ...{
        program: undefined,
        command: ['${env}', '${interpreter}', '${program}'],
        interpreter: undefined,
        cwd: 'file',
      },
      ...{ metrics: {}, reporter: undefined, programFiles: [], version: 'files', memoryBytes: undefined },
      passing: { nested: {}, floats: [], seed: false },
      ...parts,
    },
    { folder, objective: 'val_loss', environment },
  );

const commandOf = async (parts: Partial<ProgramDefinition>, environment?: NodeJS.ProcessEnv): Promise<string> =>
  (await describeIt(parts, environment)).commandOf!({ key: 'k', position: 0, seed: 0, params: {} });

const versionOf = async (parts: Partial<ProgramDefinition>): Promise<string> => (await describeIt(parts)).version;

describe('the command line of a program', () => {
  test('has an interpreter by its extension; what may be executed needs none', async () => {
    for (const name of ['a.py', 'a.sh', 'a.mjs', 'run', 'plain']) write(name, '');
    chmodSync(join(folder, 'run'), 0o755);
    assert.equal(await commandOf({ program: 'a.sh' }), '/usr/bin/env bash a.sh');
    assert.equal(await commandOf({ program: 'a.mjs' }), '/usr/bin/env node a.mjs');
    assert.equal(await commandOf({ program: 'run' }), '/usr/bin/env ./run');
    assert.match(await commandOf({ program: 'plain' }), /env python3? plain$/);
  });

  test('has python3 where there is no python', async () => {
    write('a.py', '');
    write('bin/python3', '');
    chmodSync(join(folder, 'bin/python3'), 0o755);
    assert.equal(await commandOf({ program: 'a.py' }, { PATH: join(folder, 'bin') }), '/usr/bin/env python3 a.py');
    const interpreter = './.venv/bin/python';
    assert.equal(await commandOf({ program: 'a.py', interpreter }), '/usr/bin/env ./.venv/bin/python a.py');
  });

  test('has absolute paths where each trial has a folder of its own', async () => {
    write('a.py', '');
    const parts = { program: 'a.py', interpreter: './bin/python', cwd: 'trial' } as const;
    assert.equal(await commandOf(parts), `/usr/bin/env ${folder}/bin/python ${folder}/a.py`);
  });
});

describe('the version of a program', () => {
  test('changes with its file, its listed files and its command line, and not with its folder', async () => {
    const parts = { program: 'a.py', programFiles: ['lib'] };
    write('a.py', 'one');
    write('lib/deep/b.py', 'one');
    const seen = [await versionOf(parts)];
    for (const [name, text] of [
      ['a.py', 'two'],
      ['lib/deep/b.py', 'two'],
      ['lib/c.py', 'new'],
    ] as const) {
      write(name, text);
      seen.push(await versionOf(parts));
    }
    seen.push(await versionOf({ ...parts, command: ['python', '${program}', '--fast'] }));
    assert.equal(new Set(seen).size, 5);
    const last = await versionOf(parts);
    write('lib/__pycache__/b.pyc', 'cache');
    write('lib/.hidden', 'x');
    assert.equal(await versionOf(parts), last);
    assert.deepEqual(Object.keys((await describeIt(parts)).files!), ['a.py', 'lib/c.py', 'lib/deep/b.py']);
  });

  test('includes a module after -m, and files that the command line names', async () => {
    write('pkg/train.py', 'one');
    write('pkg/__main__.py', 'one');
    write('conf.yaml', 'one');
    const files = async (...command: string[]): Promise<string[]> =>
      Object.keys((await describeIt({ command })).files!);
    assert.deepEqual(await files('python', '-m', 'pkg.train', '--config', 'conf.yaml', '${args}'), [
      'pkg/train.py',
      'conf.yaml',
    ]);
    assert.deepEqual(await files('python', '-m', 'pkg'), ['pkg/__main__.py']);
  });

  test('may be the git commit, with the changes since', async () => {
    const git = (...args: string[]): Promise<unknown> =>
      runProgram('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd: folder });
    const parts = { command: ['./a.sh'], version: 'git' } as const;
    write('a.sh', 'one');
    await assert.rejects(versionOf(parts), { code: 'NO_GIT_COMMIT' });
    await git('init', '-q');
    await git('add', '.');
    await git('commit', '-qm', 'first');
    const first = await versionOf(parts);
    assert.match(first, /^git:[0-9a-f]{12}$/);
    write('a.sh', 'two');
    const changed = await versionOf(parts);
    await git('commit', '-qam', 'second');
    assert.equal(new Set([first, changed, await versionOf(parts)]).size, 3);
  });

  test('cannot be told where a file is missing', async () => {
    await assert.rejects(versionOf({ program: 'none.py' }), { code: 'PROGRAM_NOT_FOUND' });
    await assert.rejects(versionOf({ command: ['true'], programFiles: ['none'] }), { code: 'PROGRAM_NOT_FOUND' });
  });
});
