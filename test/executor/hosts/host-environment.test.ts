import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Device } from '../../../src/executor/hosts/devices.js';
import { hostEnvironment, threadsPerSlot } from '../../../src/executor/hosts/host-environment.js';

const cpu: Device = { kind: 'cpu', index: 0 };
const gpu: Device = { kind: 'gpu', index: 3 };

test('the cores are divided among the slots that compute on them, and each gets at least one', () => {
  const cases: readonly [readonly Device[], number, number, number][] = [
    [[cpu], 1, 8, 8],
    [[cpu], 3, 8, 2],
    [[cpu, cpu], 2, 8, 2],
    [[cpu, gpu, gpu], 2, 8, 4],
    [[gpu, gpu], 2, 8, 2],
    [[cpu], 4, 2, 1],
  ];
  for (const [devices, slots, cores, threads] of cases) {
    assert.equal(threadsPerSlot(devices, slots, cores), threads, `${devices.length} x ${slots} on ${cores}`);
  }
});

test('a host sees only its device; other settings of the environment are kept', () => {
  const environment = { HOME: '/home/me', CUDA_VISIBLE_DEVICES: '0,1,2,3', TF_NUM_INTRAOP_THREADS: '64' };
  const options = { environment, slots: 4, threads: 2, verbose: false };
  assert.deepEqual(hostEnvironment(gpu, options), {
    HOME: '/home/me',
    CUDA_VISIBLE_DEVICES: '3',
    CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    TF_NUM_INTRAOP_THREADS: '2',
    TF_CPP_MIN_LOG_LEVEL: '2',
    UV_THREADPOOL_SIZE: '8',
  });
  assert.equal(hostEnvironment(cpu, options)['CUDA_VISIBLE_DEVICES'], '');
  assert.equal(environment.CUDA_VISIBLE_DEVICES, '0,1,2,3');
});

test('slots never share a single inter-op thread', () => {
  const environment = { TF_NUM_INTEROP_THREADS: '1' };
  const interOp = (slots: number): string | undefined =>
    hostEnvironment(cpu, { environment, slots, threads: 1, verbose: false })['TF_NUM_INTEROP_THREADS'];
  assert.equal(interOp(1), '1');
  assert.equal(interOp(2), undefined);
});

test('log level and thread pool size of the user are kept; verbose does not change the log level', () => {
  const environment = { TF_CPP_MIN_LOG_LEVEL: '0', UV_THREADPOOL_SIZE: '32' };
  const own = hostEnvironment(cpu, { environment, slots: 1, threads: 1, verbose: false });
  assert.equal(own['TF_CPP_MIN_LOG_LEVEL'], '0');
  assert.equal(own['UV_THREADPOOL_SIZE'], '32');
  const verbose = hostEnvironment(cpu, { environment: {}, slots: 1, threads: 1, verbose: true });
  assert.equal(verbose['TF_CPP_MIN_LOG_LEVEL'], undefined);
});
