import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { png } from '../files.js';
import { parseDocumented } from '../../../json-schemas.js';
import { Rig } from '../../../rig.js';

// Without weights of its own, whatever this machine's cache has.
const rig = new Rig({ SWEEPWRIGHT_CACHE: '/nonexistent' });
after(() => rig.close());

test('inspect reads a table, writes a page and a valid sweep file, and overwrites no sweep file', async () => {
  const rows = ['image,tags'];
  for (let image = 0; image < 12; image++) {
    rig.write(`pictures/${image}.png`, await png([image * 20, 255 - image * 20, image]));
    rows.push(`${image}.png,${image % 2 === 0 ? 'even' : 'odd'}${image % 3 === 0 ? ';third' : ''}`);
  }
  rig.write('table.csv', rows.join('\n'));
  const reading = ['--image-root', 'pictures', '--label-column', 'tags', '--label-separator', ';'];
  const { code, stdout, stderr } = await rig.run(
    'inspect',
    'table.csv',
    ...reading,
    '--init',
    'first.yaml',
    '--html',
    'page.html',
  );
  assert.equal(code, 0, stderr);
  assert.match(stdout, /table\.csv {2}12 images in 3 classes; an image can have several/);
  assert.match(stdout, /\nloss sigmoid_focal\n/);
  const page = readFileSync(join(rig.folder, 'page.html'), 'utf8');
  assert.match(page, /^<!doctype html>/);
  assert.match(page, /<th>below 224 to 600 px<\/th><td>12 .*enlarged for b0, [^<]*b7<\/span>/);
  assert.match(
    stderr,
    /^next:\n {2}sweep weights fetch lite0\n {2}sweep plan first\.yaml\n {2}sweep run first\.yaml\n$/m,
  );
  const unfetched = await rig.run('plan', 'first.yaml');
  assert.match(unfetched.stderr, /Run "sweep weights fetch lite0"/);
  const plan = await rig.run('plan', 'first.yaml', '--set', 'weights=none', '--json');
  assert.equal(plan.code, 0, plan.stderr);
  const { fixed, trials } = JSON.parse(plan.stdout) as { fixed: Record<string, unknown>; trials: number };
  assert.deepEqual([fixed['image_root'], fixed['label_separator'], fixed['loss']], ['pictures', ';', 'sigmoid_focal']);
  assert.equal(trials, 12, 'a first look, not every combination of the advised values');
  const unfit = await rig.run('plan', 'first.yaml', '--set', 'loss=focal', '--set', 'weights=none');
  assert.equal(unfit.code, 2);
  assert.match(unfit.stderr, /several classes, but the loss allows only one\nSet loss: sigmoid_focal/);
  const again = await rig.run('inspect', 'table.csv', ...reading, '--init', 'first.yaml');
  assert.equal(again.code, 2);
  assert.match(again.stderr, /first\.yaml already exists/);
});

test('inspect --json prints the report as JSON', async () => {
  const { code, stdout, stderr } = await rig.run(
    'inspect',
    'table.csv',
    '--image-root',
    'pictures',
    '--label-column',
    'tags',
    '--json',
  );
  assert.equal(code, 0, stderr);
  const { images, classes, advice } = parseDocumented('inspect', stdout) as {
    images: number;
    classes: object[];
    advice: object[];
  };
  assert.deepEqual([images, classes.length], [12, 4]);
  assert.ok(advice.length > 4);
});
