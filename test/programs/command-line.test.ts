import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import type { Params } from '../../src/core/parameters.js';
import { argumentsJson, commandLine, shellText, type CommandParts } from '../../src/programs/command/command-line.js';
import { Float, pythonJson, pythonStr, type PythonValue } from '../../src/programs/command/python-text.js';

const passing = { nested: {}, floats: [], seed: false };

const line = (command: readonly string[], params: Params, more: Partial<CommandParts> = {}): string[] =>
  commandLine({
    ...{ command, params, passing, program: 'train.py', interpreter: ['python'], seed: 7 },
    ...{ argumentsFile: '/trial/args.json', environment: { HOME_DIR: '/h', LR2: 'x' } },
    ...more,
  });

describe("a command line is W&B's, word for word", () => {
  test('by default: parameters sorted by name', () => {
    assert.deepEqual(line(['${env}', '${interpreter}', '${program}', '${args}'], { lr: 0.1, bs: 32, Z: 'a b' }), [
      ...['/usr/bin/env', 'python', 'train.py', '--Z=a b', '--bs=32', '--lr=0.1'],
    ]);
  });

  test('with each form of arguments', () => {
    const params = { flag: true, no: false, lr: 0.00001, name: 'x' };
    assert.deepEqual(line(['${args}'], params), ['--flag=True', '--lr=1e-05', '--name=x', '--no=False']);
    assert.deepEqual(line(['${args_no_boolean_flags}'], params), ['--flag', '--lr=1e-05', '--name=x']);
    assert.deepEqual(line(['${args_no_hyphens}'], { lr: 1 }), ['lr=1']);
    assert.deepEqual(line(['${args_no_equals}'], { lr: 1 }), ['--lr', '1']);
    assert.deepEqual(line(['${args_append_hydra}', '${args_override_hydra}'], { lr: 1 }), ['+lr=1', '++lr=1']);
    assert.deepEqual(line(['${args_json}'], { b: [1, 0.5], a: null }), ['{"a": null, "b": [1, 0.5]}']);
    assert.deepEqual(line(['${args_json_file}', '${seed}'], {}), ['/trial/args.json', '7']);
  });

  test('with variables, which may stand within a word', () => {
    assert.deepEqual(line(['--out=${envvar:HOME_DIR}/${envvar:NOT_SET}', '${envvar:LR2}'], {}), [
      ...['--out=/h/NOT_SET', 'x'],
    ]);
  });

  test('with nested parameters as one dictionary, and the seed where the file has it as a parameter', () => {
    const nested = { 'opt.lr': ['opt', 'lr'], 'opt.name': ['opt', 'name'] };
    const more = { passing: { nested, floats: ['opt.lr'], seed: true } };
    const params = { 'opt.name': "it's", 'opt.lr': 1, zeta: 0 };
    assert.deepEqual(line(['${args}'], params, more), [`--opt={'lr': 1.0, 'name': "it's"}`, '--seed=7', '--zeta=0']);
    assert.equal(
      argumentsJson({ params, passing: more.passing, seed: 7 }),
      `{"opt": {"lr": 1.0, "name": "it's"}, "seed": 7, "zeta": 0}`,
    );
  });
});

test('text for a shell is quoted where it has to be', () => {
  assert.equal(shellText(['a', '--x=1e-05', "it's", '']), `a --x=1e-05 'it'\\''s' ''`);
});

test('values are written as Python writes them', () => {
  const numbers = [0.1, 1e-4, 0.00012345, 1e-5, 1.5e-7, 123456789.125, 1e16, 1.5e300, 5e-324, -0.25, 1 / 3];
  const texts = ['plain', "it's", 'say "hi"', `both ' and "`, 'tab\tline\nback\\', 'grün', '\u0001'];
  const values: PythonValue[] = [...numbers, 3, -7, new Float(2), ...texts, true, null, [0.25, 'a', [1]], { a: false }];
  const script =
    'import json,sys\nfor value in eval(sys.stdin.read()): print(json.dumps([str(value), json.dumps(value)]))';
  const { stdout, status } = spawnSync('python3', ['-c', script], {
    input: pythonStr(values),
    encoding: 'utf8',
    env: { ...process.env, PYTHONIOENCODING: 'utf8' },
  });
  assert.equal(status, 0);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as unknown);
  assert.deepEqual(
    values.map((value) => [pythonStr(value), pythonJson(value)]),
    lines,
  );
});
