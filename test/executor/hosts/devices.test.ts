import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { deviceName, resolveDevices } from '../../../src/executor/hosts/devices.js';
import { temporaryFolder } from '../rig.js';

const UUIDS = ['GPU-5f0a6b1e-0000', 'GPU-77ce0d31-0000', 'GPU-9b8d2c4f-0000'];

/** A machine whose `nvidia-smi` is this shell script; without one, a machine that has none. */
async function machine(script?: string, visible?: string): Promise<NodeJS.ProcessEnv> {
  const folder = await temporaryFolder();
  if (script !== undefined) {
    const file = join(folder, 'nvidia-smi');
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
  }
  return visible === undefined ? { PATH: folder } : { PATH: folder, CUDA_VISIBLE_DEVICES: visible };
}

const listing = (count: number): string =>
  `[ "$*" = "--query-gpu=index,uuid --format=csv,noheader" ] || exit 9\n${UUIDS.slice(0, count)
    .map((uuid, index) => `echo "${index}, ${uuid}"`)
    .join('\n')}`;

const resolve = async (names: string[], environment: NodeJS.ProcessEnv): Promise<string[]> =>
  (await resolveDevices(names, environment)).map(deviceName);

test('"auto" is every GPU that nvidia-smi lists, and the CPU where there is none', async () => {
  assert.deepEqual(await resolve(['auto'], await machine(listing(3))), ['gpu:0', 'gpu:1', 'gpu:2']);
  assert.deepEqual(await resolve(['auto'], await machine(listing(0))), ['cpu:0']);
  assert.deepEqual(await resolve(['auto'], await machine()), ['cpu:0']);
  assert.deepEqual(await resolve(['auto'], await machine('echo "No devices were found"')), ['cpu:0']);
  assert.deepEqual(await resolve(['auto'], await machine('echo "driver mismatch"; exit 18')), ['cpu:0']);
});

test('devices keep the order and repetitions of their names', async () => {
  const names = ['gpu:1', 'cpu:0', 'gpu:0', 'gpu:1'];
  assert.deepEqual(await resolve(names, await machine(listing(2))), names);
  assert.deepEqual(await resolve(['cpu:0', 'auto'], await machine(listing(2))), ['cpu:0', 'gpu:0', 'gpu:1']);
});

test('GPUs that CUDA_VISIBLE_DEVICES hides do not exist', async () => {
  assert.deepEqual(await resolve(['auto'], await machine(listing(3), '2, 0')), ['gpu:0', 'gpu:2']);
  assert.deepEqual(await resolve(['auto'], await machine(listing(3), 'GPU-77ce')), ['gpu:1']);
  assert.deepEqual(await resolve(['auto'], await machine(listing(3), '')), ['cpu:0']);
  assert.deepEqual(await resolve(['auto'], await machine(listing(3), '-1')), ['cpu:0']);
  await assert.rejects(resolve(['gpu:0'], await machine(listing(3), '2')), { code: 'UNKNOWN_DEVICE' });
});

test('an unknown device is refused with a list of those that exist', async () => {
  const environment = await machine(listing(2));
  for (const name of ['gpu:2', 'gpu', 'cpu:1', 'GPU:0', 'tpu:0', '']) {
    await assert.rejects(resolve(['cpu:0', name], environment), {
      name: 'InputError',
      code: 'UNKNOWN_DEVICE',
      message: `there is no device "${name}"`,
      hint: 'This machine has cpu:0, gpu:0, gpu:1; "auto" takes all GPUs, or the CPU where there is none.',
    });
  }
});

test('a named GPU whose driver fails is refused with the message of the driver', async () => {
  const environment = await machine('echo "Driver/library version mismatch" >&2; exit 18');
  await assert.rejects(resolve(['gpu:0'], environment), {
    name: 'EnvironmentError',
    code: 'GPU_DRIVER',
    message: 'there is no device gpu:0: nvidia-smi says "Driver/library version mismatch"',
  });
  await assert.rejects(resolve(['tpu:0'], environment), { code: 'UNKNOWN_DEVICE' });
});

test('nvidia-smi does not run where only the CPU is named', async () => {
  const folder = await temporaryFolder();
  const environment = await machine(`echo asked > ${join(folder, 'asked')}`);
  assert.deepEqual(await resolve(['cpu:0', 'cpu:0'], environment), ['cpu:0', 'cpu:0']);
  await assert.rejects(chmod(join(folder, 'asked'), 0o600), { code: 'ENOENT' });
});
