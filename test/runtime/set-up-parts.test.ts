import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { cacheAt, cacheRoot } from '../../src/runtime/finding/cache.js';
import { checkWheel } from '../../src/runtime/installing/check-wheel.js';
import { runProgram } from '../../src/platform/run-program.js';
import { requireSpace } from '../../src/runtime/finding/disk.js';
import { listGpus } from '../../src/runtime/finding/gpus.js';
import { findLibrary } from '../../src/runtime/finding/library.js';
import { findNodePackages } from '../../src/runtime/finding/node-packages.js';
import { allPins, parseWheelName, type WheelPin } from '../../src/runtime/finding/pins.js';
import { olderThan } from '../../src/runtime/finding/platform.js';
import { progressLine } from '../../src/reporting/terminal/live/progress-line.js';
import { createSteps } from '../../src/runtime/installing/steps.js';
import { unpackWheel } from '../../src/runtime/installing/unpack-wheel.js';
import type { Work } from '../../src/runtime/installing/work.js';
import { temporaryFolder } from './project.js';

/** The line of an output that is not a terminal. */
const plainLine = (write: (text: string) => unknown) => progressLine({ stream: { write }, now: () => 0 });

describe('the parts of a set-up', () => {
  let folder: string;
  let work: Work;

  before(async () => {
    folder = await temporaryFolder('parts');
    const steps = createSteps(
      plainLine(() => true),
      Date.now,
    );
    const program = new URL('../../src/trainer/probe.js', import.meta.url);
    const packages = findNodePackages(import.meta.url);
    work = { cache: cacheAt(folder), packages, program, env: process.env, steps, signal: undefined };
  });
  after(() => rm(folder, { recursive: true }));

  it('keeps the cache where the platform and the user want it', () => {
    const home = path.resolve('/home/ada');
    const at = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform = 'linux') => cacheRoot({ platform, env, home });
    assert.equal(at({}), '/home/ada/.cache/sweepwright');
    assert.equal(at({ XDG_CACHE_HOME: '/big' }), '/big/sweepwright');
    assert.equal(at({ XDG_CACHE_HOME: 'relative' }), '/home/ada/.cache/sweepwright');
    assert.equal(at({}, 'darwin'), '/home/ada/Library/Caches/sweepwright');
    assert.equal(at({ SWEEPWRIGHT_CACHE: '/mine', XDG_CACHE_HOME: '/big' }), '/mine');
  });

  it('tells an incomplete wheel from a changed and an intact one', async () => {
    const file = path.join(folder, 'some.whl');
    await writeFile(file, 'whole');
    const pin = pinOf('some-1-py3-none-any.whl', 'whole');
    assert.equal(await checkWheel(file, pin, work), undefined);
    await writeFile(file, 'wh');
    assert.match((await checkWheel(file, pin, work)) ?? '', /^2 bytes instead of 5$/);
    await writeFile(file, 'WHOLE');
    assert.match((await checkWheel(file, pin, work)) ?? '', /^SHA-256 \w{64} instead of \w{64}$/);
  });

  it('pins every wheel by a complete hash and a parsable name', () => {
    const pins = [...allPins()];
    assert.ok(pins.length > 10);
    assert.equal(new Set(pins.map(({ pin }) => pin.sha256)).size, pins.length);
    for (const { arch, pin } of pins) {
      assert.match(pin.sha256, /^[0-9a-f]{64}$/);
      const { version, platforms } = parseWheelName(pin.file);
      assert.match(version, /^[\d.]+$/);
      for (const platform of platforms) assert.match(platform, arch === 'x64' ? /_x86_64$/ : /_aarch64$/);
    }
  });

  it('unpacks what is needed with its permissions, and nothing else', async () => {
    const wheel = await makeWheel('good.whl', [
      ['tensorflow/libtensorflow_cc.so.2', 0o644],
      ['tensorflow/python/module.py', 0o644],
      ['nvidia/cuda_nvcc/bin/ptxas', 0o755],
      ['nvidia/cudnn/lib/libcudnn.so.9', 0o644],
      ['nvidia/cudnn/include/cudnn.h', 0o644],
    ]);
    const target = path.join(folder, 'good');
    await unpackWheel(wheel, pinOf('good-1-py3-none-any.whl', ''), target, work);
    const files = (await readdir(target, { recursive: true })).filter((name) => /\.\w+$|ptxas/.test(name)).sort();
    assert.deepEqual(files, [
      'nvidia/cuda_nvcc/bin/ptxas',
      'nvidia/cudnn/lib/libcudnn.so.9',
      'tensorflow/libtensorflow_cc.so.2',
    ]);
    assert.equal((await stat(path.join(target, 'nvidia/cuda_nvcc/bin/ptxas'))).mode & 0o777, 0o755);
  });

  it('refuses a wheel that writes outside of its folder', async () => {
    const wheel = await makeWheel('evil.whl', [['nvidia/x/lib/../../../../escaped.so', 0o644]]);
    const target = path.join(folder, 'evil');
    await mkdir(target);
    await assert.rejects(unpackWheel(wheel, pinOf('evil-1-py3-none-any.whl', ''), target, work), {
      code: 'UNPACK_FAILED',
      message: /leads out of the archive/,
    });
    assert.ok(!(await readdir(folder)).includes('escaped.so'));
  });

  it('finds a library in the layout of a release and of a Python package', async () => {
    for (const [layout, place] of [
      ['release', 'lib'],
      ['package', '.'],
    ] as const) {
      const root = path.join(folder, layout);
      const header = path.join(root, 'include', 'tensorflow', 'c', 'c_api.h');
      await mkdir(path.dirname(header), { recursive: true });
      await mkdir(path.join(root, place), { recursive: true });
      await assert.rejects(findLibrary(root), { code: 'LIBTENSORFLOW_NOT_FOUND' });
      await writeFile(header, '');
      const names = ['libtensorflow.so', 'libtensorflow.so.2', 'libtensorflow_framework.so.2', 'libtensorflow_io.so'];
      for (const name of names) await writeFile(path.join(root, place, name), '');
      const { files, include } = await findLibrary(root);
      assert.deepEqual(
        files.map((file) => path.basename(file)),
        ['libtensorflow.so.2', 'libtensorflow_framework.so.2'],
      );
      assert.equal(include, path.join(root, 'include'));
    }
  });

  it('refuses to start without enough disk space', async () => {
    await assert.rejects(requireSpace(path.join(folder, 'not', 'there', 'yet'), 1e18), {
      code: 'DISK_FULL',
      message: /1000000000\.0 GB are needed/,
    });
    await requireSpace(folder, 1);
  });

  it('reads the GPUs that nvidia-smi lists, and tells a missing driver from a broken one', async () => {
    const driver = path.join(folder, 'nvidia-smi');
    const env = { PATH: `${folder}:/usr/bin:/bin` };
    const line = (index: number): string => `echo "${index}, NVIDIA A100, 550.54.15, 81920"\n`;
    await writeFile(
      driver,
      `#!/bin/sh
${line(0)}${line(1)}`,
      { mode: 0o755 },
    );
    assert.deepEqual(await listGpus(env), [
      { index: 0, name: 'NVIDIA A100', driver: '550.54.15', memoryMiB: 81920 },
      { index: 1, name: 'NVIDIA A100', driver: '550.54.15', memoryMiB: 81920 },
    ]);
    await writeFile(driver, '#!/bin/sh\nexit 9\n');
    assert.equal(await listGpus(env), undefined);
    assert.deepEqual(await listGpus({ PATH: path.join(folder, 'good') }), []);
  });

  it('compares versions by number, not by letter', () => {
    assert.ok(olderThan('2.9', '2.27'));
    assert.ok(olderThan('20.18.3', '20.19.0'));
    assert.ok(!olderThan('525.60.13', '525.60.13'));
    assert.ok(!olderThan('22.0', '20.19.0'));
  });

  const pinOf = (file: string, content: string): WheelPin => ({
    file,
    sha256: createHash('sha256').update(content).digest('hex'),
    bytes: content.length,
    unpackedBytes: 1,
  });

  /** A real archive with the given members, their content being their name. */
  async function makeWheel(name: string, members: readonly (readonly [string, number])[]): Promise<string> {
    const file = path.join(folder, name);
    const script = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as archive:
    for name, mode in json.loads(sys.argv[2]):
        member = zipfile.ZipInfo(name)
        member.external_attr = mode << 16
        archive.writestr(member, name)
`;
    const made = await runProgram('python3', ['-c', script, file, JSON.stringify(members)], { env: process.env });
    assert.equal(made.status, 'ok');
    return file;
  }
});

describe('what a set-up says', () => {
  /** A clock that moves by `stepMs` at every look. */
  const clock = (stepMs: number): (() => number) => {
    let time = 0;
    return () => (time += stepMs);
  };

  it('draws a bar on a terminal and ends with the time', async () => {
    const said: string[] = [];
    const line = {
      isLive: true,
      show: (shown: string) => said.push(`show ${shown}`),
      say: (kept: string) => said.push(`say ${kept}`),
      end: () => said.push('end'),
    };
    await createSteps(line, clock(500)).run('Fetching it', (advance) => Promise.resolve(advance(137e6)), 274e6);
    const bar = `show Fetching it ${'█'.repeat(12)}${'░'.repeat(12)}  50%  137 MB, 274 MB/s`;
    assert.deepEqual(said, ['show Fetching it ...', bar, 'end', 'say Fetching it: 1.0s']);
  });

  it('writes a line for each tenth elsewhere, and the time at the end', async () => {
    let text = '';
    const steps = createSteps(
      plainLine((piece) => (text += piece)),
      clock(2000),
    );
    const work = (advance: (bytes: number) => void): Promise<void> => {
      for (let done = 0; done <= 100; done++) advance(done * 1e6);
      return Promise.resolve();
    };
    await steps.run('Fetching it', work, 100e6);
    assert.equal(text.match(/^ +\d+% {2}\d+ [kM]B, .*\/s$/gm)?.length, 10);
    assert.match(text, /^Fetching it \.\.\.\n/);
    assert.match(text, / {2}done in 3m 24s\n$/);
  });

  it('says which step failed', async () => {
    let text = '';
    const steps = createSteps(
      plainLine((piece) => (text += piece)),
      clock(1),
    );
    await assert.rejects(steps.run('Building it', () => Promise.reject(new Error('no'))));
    assert.equal(text, 'Building it ...\n  failed\n');
  });
});
