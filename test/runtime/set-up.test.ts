import assert from 'node:assert/strict';
import { chmod, copyFile, mkdir, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createProject, temporaryFolder, type Project } from './project.js';

const WHEEL = 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl';

/** A download, an unpacking and a build take long, so these share one cache and each goes on from the one before. */
describe('setting up TensorFlow for the CPU', { skip: process.arch !== 'x64' && 'pinned sizes are of x86-64' }, () => {
  let cache: string;
  let project: Project;
  const addon = (): string => path.join(project.tensorflow, 'lib', 'napi-v8', 'tfjs_binding.node');
  const unpacked = (): string => path.join(cache, 'tensorflow', '2.21.0-cpu', 'tensorflow');

  before(async () => {
    cache = await temporaryFolder('cache');
    project = await createProject({ SWEEPWRIGHT_CACHE: cache });
  });
  after(async () => {
    await project.close();
    await rm(cache, { recursive: true, force: true });
  });

  it('downloads an incomplete wheel again', async () => {
    await mkdir(path.join(cache, 'wheels'));
    await writeFile(path.join(cache, 'wheels', WHEEL), 'only its first bytes');
    const running = project.sweep(['setup', '--flavour', 'cpu']);
    await running.until('The wheel in the cache is damaged (20 bytes instead of 273829956); it is fetched again.');
    await running.until('Unpacking tensorflow_cpu');
    assert.equal((await stat(path.join(cache, 'wheels', WHEEL))).size, 273_829_956);
    assert.equal((await stat(path.join(cache, 'setup.lock'))).mode & 0o777, 0o600);
    running.child.kill('SIGTERM');
    const { status, output } = await running.ended;
    assert.equal(status, 130, output);
    assert.match(output, /Interrupted\. The next set-up goes on from here\./);
    assert.deepEqual(await readdir(cache), ['wheels']);
  });

  it('continues an interrupted set-up', async () => {
    const running = project.sweep(['setup', '--flavour', 'cpu']);
    await running.until('Building the addon');
    running.child.kill('SIGKILL');
    assert.doesNotMatch((await running.ended).output, /Fetching/);
    assert.ok((await readdir(cache)).includes('setup.lock'));
  });

  it('takes over the lock of a killed set-up, and makes another one wait', async (t) => {
    const other = await createProject({ SWEEPWRIGHT_CACHE: cache });
    t.after(() => other.close());
    const first = project.sweep(['setup', '--flavour', 'cpu']);
    await first.until('Building the addon');
    const second = other.sweep(['setup', '--flavour', 'cpu']);
    await second.until(`Another set-up (process ${first.child.pid}`);

    const [one, two] = await Promise.all([first.ended, second.ended]);
    assert.equal(one.status, 0, one.output);
    assert.doesNotMatch(one.output, /Fetching|Unpacking/);
    assert.match(one.output, /TensorFlow 2\.21\.0 \(cpu\) is ready after/);
    assert.equal(two.status, 0, two.output);
    assert.doesNotMatch(two.output, /Fetching|Unpacking|Building/);
    assert.deepEqual((await readdir(cache)).sort(), ['addons', 'choice.json', 'tensorflow', 'wheels']);
  });

  it('does nothing the second time, even if the cache cannot be written', async () => {
    await chmod(cache, 0o500);
    const { status, output } = await project.sweep(['setup']).ended;
    await chmod(cache, 0o700);
    assert.equal(output, 'TensorFlow 2.21.0 (cpu) is ready.\n');
    assert.equal(status, 0);
    await rm(path.join(cache, 'choice.json'));
    await project.sweep(['setup', '--flavour', 'cpu']).ended;
    assert.ok((await readdir(cache)).includes('choice.json'), 'what is named is remembered all the same');
  });

  it('only links its addon after the npm packages are installed again', async () => {
    await rm(path.join(project.tensorflow, 'lib'), { recursive: true });
    const { status, output } = await project.sweep(['setup']).ended;
    assert.equal(status, 0, output);
    assert.doesNotMatch(output, /Fetching|Unpacking|Building/);
    const built = await realpath(addon());
    assert.match(built, new RegExp(`^${await realpath(cache)}/addons/`));
    // A cache may be shared: whoever can read the folder around can read what is in it.
    const around = (await stat(path.join(cache, 'addons'))).mode;
    for (const folder of [path.dirname(built), path.dirname(unpacked())])
      assert.equal((await stat(folder)).mode, around);
  });

  it('unpacks an incomplete library again, and takes the wheel from disk without a network', async () => {
    await writeFile(path.join(unpacked(), 'libtensorflow_framework.so.2'), '');
    await rename(path.join(cache, 'wheels', WHEEL), path.join(cache, 'brought.whl'));
    const { status, output } = await project.sweep(['setup', '--wheel', path.join(cache, 'brought.whl')], offline)
      .ended;
    assert.equal(status, 0, output);
    assert.match(output, /0 kB to download/);
    assert.match(output, /Unpacking tensorflow_cpu/);
    assert.match(output, /is ready after/);
  });

  it('passes all checks of the doctor', async () => {
    const { status, output } = await project.sweep(['doctor']).ended;
    assert.equal(status, 0, output);
    assert.match(output, /^TensorFlow +ok +2\.21\.0, flavour cpu, from the pinned wheels$/m);
    assert.match(output, /^cpu:0 +ok +a matrix product and a gradient are correct$/m);
    assert.match(output, /Sweeps can run\./);
  });

  it('warns about an unused GPU', async () => {
    const bin = await temporaryFolder('bin');
    await writeFile(path.join(bin, 'nvidia-smi'), '#!/bin/sh\necho "0, NVIDIA T4, 470.57.02, 15360"\n', {
      mode: 0o755,
    });
    const { status, output } = await project.sweep(['doctor'], { PATH: `${bin}:${process.env['PATH'] ?? ''}` }).ended;
    await rm(bin, { recursive: true });
    assert.equal(status, 0, output);
    assert.match(output, /^GPU driver +warn +470\.57\.02 is too old for CUDA 12\n.*Install NVIDIA driver 525/m);
    assert.match(output, /^CUDA libraries +warn .*this machine has a GPU\n.*sweep setup --flavour gpu/m);
    assert.match(output, /^gpu:0 +warn +NVIDIA T4: TensorFlow does not find it$/m);
  });

  it('uses a library of the user in place, and remembers it', async () => {
    const chosen = await project.sweep(['setup', '--libtensorflow', unpacked()]).ended;
    assert.equal(chosen.status, 0, chosen.output);
    assert.match(chosen.output, /TensorFlow 2\.21\.0 \(your own library\) is ready after/);
    await rm(path.join(project.tensorflow, 'lib'), { recursive: true });
    const later = await project.sweep(['setup']).ended;
    assert.match(later.output, /your own library/);
  });

  it('builds nothing if the npm package installed a working TensorFlow', async (t) => {
    const built = await realpath(addon());
    const other = await createProject({ SWEEPWRIGHT_CACHE: path.join(cache, 'unused') });
    t.after(() => other.close());
    const own = path.join(other.tensorflow, 'lib', 'napi-v8', 'tfjs_binding.node');
    await mkdir(path.dirname(own), { recursive: true });
    await copyFile(built, own);
    const first = await other.sweep(['setup']).ended;
    assert.equal(first.status, 0, first.output);
    assert.match(first.output, /TensorFlow 2\.21\.0 \(installed by the npm package\) is ready after/);
    assert.equal(
      (await other.sweep(['setup']).ended).output,
      'TensorFlow 2.21.0 (installed by the npm package) is ready.\n',
    );
    assert.deepEqual(await readdir(path.join(cache, 'unused')), []);

    await rm(path.join(cache, 'choice.json'));
    await writeFile(own, 'not a library');
    const broken = await other.sweep(['setup'], { SWEEPWRIGHT_CACHE: cache }).ended;
    assert.match(broken.output, /It does not work; another one is set up in its place/);
    assert.equal(broken.status, 0, broken.output);
  });
});

describe('a set-up that fails', () => {
  let cache: string;
  let project: Project;
  const refused = async (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const { status, output } = await project.sweep(['setup', ...args], env).ended;
    return { status, output };
  };

  before(async () => {
    cache = await temporaryFolder('cache');
    project = await createProject({ SWEEPWRIGHT_CACHE: cache });
  });
  after(async () => {
    await project.close();
    await rm(cache, { recursive: true, force: true });
  });

  it('refuses a wheel that is not pinned, and names the pinned ones', async () => {
    const file = path.join(cache, WHEEL);
    await writeFile(file, 'something else');
    const { status, output } = await refused(['--wheel', file]);
    assert.equal(status, 2, output);
    assert.match(output, /is none of the wheels that this version works with/);
    assert.match(output, /it has to be, unchanged, one of: tensorflow/);
    assert.equal((await refused(['--wheel', path.join(cache, 'missing.whl')])).status, 2);
  });

  it('refuses a folder without a library, and flags that contradict each other', async () => {
    const { status, output } = await refused(['--libtensorflow', cache]);
    assert.equal(status, 2, output);
    assert.match(output, /holds no TensorFlow library with its headers/);
    assert.equal((await refused(['--libtensorflow', cache, '--flavour', 'cpu'])).status, 2);
  });

  it('reports that the library chosen earlier is gone', async () => {
    const choice = path.join(cache, 'choice.json');
    await writeFile(choice, JSON.stringify({ libtensorflow: path.join(cache, 'gone') }));
    const { status, output } = await refused([]);
    await rm(choice);
    assert.equal(status, 1, output);
    assert.match(
      output,
      /the TensorFlow library chosen earlier is gone from .*\n.*choose again: "sweep setup --flavour cpu"/,
    );
  });

  it('names the alternatives without a network', async () => {
    const { status, output } = await refused(['--flavour', 'cpu'], offline);
    assert.equal(status, 1, output);
    assert.match(output, /pip could not download tensorflow/);
    assert.match(output, /sweep setup --wheel FILE/);
    assert.deepEqual(await readdir(path.join(cache, 'wheels')), []);
  });

  it('names every missing tool before it downloads anything, and so does the doctor', async () => {
    const bare = { PATH: await temporaryFolder('bin') };
    const { status, output } = await refused(['--flavour', 'cpu'], bare);
    assert.equal(status, 1, output);
    assert.match(output, /g\+\+ and python3 and pip must be installed/);
    assert.match(output, /apt-get install g\+\+/);
    assert.doesNotMatch(output, /Fetching/);

    const doctor = await project.sweep(['doctor'], bare).ended;
    await rm(bare.PATH, { recursive: true });
    assert.equal(doctor.status, 1, doctor.output);
    assert.match(doctor.output, /^Compiler +fail +g\+\+ is missing\n +-> Install the C\+\+ compiler/m);
    assert.match(doctor.output, /^TensorFlow +fail +not set up\n +-> Run "sweep setup"/m);
  });

  it('reports that the cache cannot be written, and how to move it', async () => {
    const file = path.join(cache, 'a-file');
    await writeFile(file, '');
    const { status, output } = await refused(['--flavour', 'cpu'], { SWEEPWRIGHT_CACHE: path.join(file, 'cache') });
    assert.equal(status, 1, output);
    assert.match(output, /Set SWEEPWRIGHT_CACHE to a folder that you can write/);
  });
});

/** What a machine without any package index looks like to pip. */
const offline = { PIP_NO_INDEX: '1', PIP_FIND_LINKS: '', PIP_CONFIG_FILE: '/dev/null' };
