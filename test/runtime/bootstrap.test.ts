import assert from 'node:assert/strict';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { repository, start, temporaryFolder, type Running } from './project.js';

/** `npm start` and `npm test` on a program of three files, with the real scripts, packages and compiler. */
describe('the scripts behind npm start and npm test', () => {
  let root: string;
  const script = (name: string, ...args: string[]): Running =>
    start(process.execPath, [path.join(root, 'scripts', name), ...args], root, {
      ...process.env,
      // A test runner tells the tests it starts of itself, which would change what a runner inside one prints.
      NODE_TEST_CONTEXT: undefined,
    });

  before(async () => {
    root = await temporaryFolder('clone');
    for (const name of ['scripts', 'package.json', 'package-lock.json', 'tsconfig.json', '.npmrc']) {
      await cp(path.join(repository, name), path.join(root, name), { recursive: true });
    }
    await symlink(path.join(repository, 'node_modules'), path.join(root, 'node_modules'));
    for (const folder of ['src', 'test']) await mkdir(path.join(root, folder));
    await writeFile(path.join(root, 'src', 'cli.ts'), PROGRAM);
    for (const name of ['one', 'two']) await writeFile(path.join(root, 'test', `${name}.test.ts`), testNamed(name));
  });
  after(() => rm(root, { recursive: true }));

  it('build once if several start at the same time, and make the others wait', async () => {
    const first = script('test.mjs');
    await first.until('Compiling');
    const second = script('start.mjs');
    await second.until(`Another set-up (process ${first.child.pid}) is at work here; waiting for it.`);
    const [one, two] = await Promise.all([first.ended, second.ended]);
    assert.equal(one.status, 0, one.output);
    assert.match(one.output, /^Compiling \.\.\.\n {2}done in \d+\.\ds\nready\n/);
    assert.match(one.output, /tests 2\n/);
    assert.doesNotMatch(two.output, /Compiling/);
    assert.match(two.output, /ran run sweeps\/quickstart\.yaml\n$/);
  });

  it('print one line if everything is up to date, and pass arguments and the exit status on', async () => {
    const { status, output } = await script('start.mjs', '--slots', '2', 'exit-7').ended;
    assert.equal(output, 'ready\nran run sweeps/quickstart.yaml --slots 2 exit-7\n');
    assert.equal(status, 7);
  });

  it('run the tests that are named, and none is an error', async () => {
    const { status, output } = await script('test.mjs', 'test/two').ended;
    assert.equal(status, 0, output);
    assert.match(output, /two holds/);
    assert.doesNotMatch(output, /one holds/);
    const none = await script('test.mjs', 'three').ended;
    assert.equal(none.status, 1);
    assert.match(none.output, /no test file has three in its path/);
  });

  it("forward a signal and return the program's exit status", async () => {
    const running = script('start.mjs', 'wait');
    await running.until('waiting');
    running.child.kill('SIGINT');
    const { status, output } = await running.ended;
    assert.match(output, /interrupted once\n$/);
    assert.equal(status, 130);
  });

  it('build again after a change, without deleted tests, and stop at a compile error', async () => {
    await rm(path.join(root, 'test', 'one.test.ts'));
    await rm(path.join(root, 'dist', 'test', 'two.test.js'));
    const changed = await script('test.mjs').ended;
    assert.equal(changed.status, 0, changed.output);
    assert.match(changed.output, /Compiling[^]*tests 1\n/);

    await writeFile(path.join(root, 'test', 'two.test.ts'), 'const wrong: number = "text";');
    const broken = await script('test.mjs').ended;
    assert.notEqual(broken.status, 0);
    assert.match(broken.output, /test\/two\.test\.ts\(1,7\): error TS2322/);
    assert.doesNotMatch(broken.output, /tests \d/);
    await writeFile(path.join(root, 'test', 'two.test.ts'), testNamed('two'));
  });

  it('install the packages if they differ from the lock file', async () => {
    await rm(path.join(root, 'node_modules'));
    // Nothing to install, so that npm is quick; and no compiler then, so that it ends there.
    const manifest = { name: 'sweepwright', version: '0.1.0', type: 'module' };
    await writeFile(path.join(root, 'package.json'), JSON.stringify(manifest));
    const lock = { ...manifest, lockfileVersion: 3, requires: true, packages: { '': manifest, 'node_modules/a': {} } };
    await writeFile(path.join(root, 'package-lock.json'), JSON.stringify(lock));
    const { status, output } = await script('test.mjs').ended;
    assert.match(output, /^Installing the npm packages \.\.\.\n[^]* {2}done in \d+\.\ds\nCompiling/);
    assert.notEqual(status, 0);
  });
});

const PROGRAM = `
const [command, ...rest] = process.argv.slice(2);
if (command === 'setup') process.stdout.write('ready\\n');
else if (rest.includes('wait')) {
  let times = 0;
  const timer = setInterval(() => undefined, 1000);
  process.on('SIGINT', () => {
    process.stdout.write(\`interrupted \${['never', 'once'][++times] ?? 'more than once'}\\n\`);
    clearInterval(timer);
    process.exitCode = 130;
  });
  process.stdout.write('waiting\\n');
} else {
  process.stdout.write(\`ran \${[command, ...rest].join(' ')}\\n\`);
  process.exitCode = rest.includes('exit-7') ? 7 : 0;
}
`;

const testNamed = (name: string): string => `
import { test } from 'node:test';
test('${name} holds', () => undefined);
`;
