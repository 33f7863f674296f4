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
