import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Rig } from '../rig.js';

const rig = new Rig();
after(() => rig.close());

test('a repeated flag is refused unless it takes several values', async () => {
  const twice = await rig.run('plan', 'sweep.yaml', '--db', 'a', '--db', 'b');
  assert.equal(twice.code, 2);
  assert.match(twice.stderr, /^error --db is given twice\n/);
  const several = await rig.run('plan', 'sweep.yaml', '--set', 'epochs=1', '--set', 'name=x');
  assert.match(several.stderr, /^error sweep\.yaml: there is no such file/);
});

test('a command name after a double dash is not a command', async () => {
  const { code, stderr } = await rig.run('--', 'run', 'sweep.yaml');
  assert.equal(code, 2);
  assert.match(stderr, /^error Name a command/);
});

test('an argument that is missing is named', async () => {
  const cases = [
    [['run'], 'sweep run needs <file>', 'Usage: sweep run <file>; sweep run --help says more.'],
    [['predict'], 'sweep predict needs <trial> and <images..>', /^Usage: sweep predict <trial> <images\.\.>/],
    [['predict', '3'], 'sweep predict needs <images..>', /^Usage/],
    [['show', '--json'], 'sweep show needs <trial>', /^Usage/],
    [['weights', 'fetch'], 'sweep weights fetch needs an argument', 'sweep weights fetch --help lists its arguments.'],
  ] as const;
  for (const [args, message, hint] of cases) {
    const { code, stderr } = await rig.run(...args);
    const [first, second = ''] = stderr.split('\n');
    assert.deepEqual([code, first], [2, `error ${message}`]);
    if (typeof hint === 'string') assert.equal(second, hint);
    else assert.match(second, hint);
  }
});

test('messages are in English, whatever the locale of the machine', async () => {
  const german = new Rig({ LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8' });
  const { stderr } = await german.run('top', '--colour');
  await german.close();
  assert.match(stderr, /^error Unknown argument: colour\n/);
});

test('a word that is no command is answered by what it means, else by what it looks like', async () => {
  const cases = {
    rm: 'sweep delete',
    eval: 'sweep evaluate',
    ls: 'sweep status',
    kill: 'sweep cancel',
    start: 'sweep run',
    rnu: 'sweep run',
  };
  for (const [word, meant] of Object.entries(cases)) {
    const { code, stderr } = await rig.run(word, 'x');
    assert.deepEqual([code, stderr], [2, `error there is no command "${word}"\nDid you mean ${meant}?\n`]);
  }
  const { stderr } = await rig.run('frobnicate');
  assert.equal(stderr, 'error there is no command "frobnicate"\nsweep --help lists every command.\n');
});

test('a dotted flag is refused like any other unknown flag', async () => {
  for (const args of [
    ['top', 'x', '--db.a=1'],
    ['run', 'sweep.yaml', '--slots.x', '2'],
  ]) {
    const { code, stderr } = await rig.run(...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^error Unknown argument/);
  }
});
