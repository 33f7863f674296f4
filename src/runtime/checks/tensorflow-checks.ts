import { existsSync } from 'node:fs';
import type { CheckResult } from '../../core/reports/check-result.js';
import { listGpus, type Gpu } from '../finding/gpus.js';
import { findInstallation, type Installation } from '../finding/installation.js';
import type { NodePackages } from '../finding/node-packages.js';
import { OLDEST_DRIVER, parseWheelName, pinsOf } from '../finding/pins.js';
import { olderThan } from '../finding/platform.js';
import { probeTensorflow, type ProbeOptions } from './probe.js';

export interface TensorflowCheckOptions extends ProbeOptions {
  readonly packages: NodePackages;
}

/** Loads TensorFlow and computes with it on the CPU. */
export async function checkTensorflow(options: TensorflowCheckOptions): Promise<readonly CheckResult[]> {
  const name = 'TensorFlow';
  if (!existsSync(options.packages.addon)) {
    return [{ name, status: 'fail', detail: 'not set up', hint: 'Run "sweep setup".' }];
  }
  const outcome = await probeTensorflow(undefined, options);
  if (outcome.status === 'failed') {
    const hint = outcome.hint ?? 'Run "sweep setup --force" to unpack and build it again.';
    return [{ name, status: 'fail', detail: outcome.message, hint }];
  }
  const installation = await findInstallation(options.packages);
  return [
    { name, status: 'ok', detail: `${outcome.report.tensorflow}, ${describeOrigin(installation)}` },
    { name: 'cpu:0', status: 'ok', detail: RIGHT },
  ];
}

/** Checks the driver, the libraries and a real computation on each GPU. No lines on a machine without nvidia-smi. */
export async function checkGpus(options: TensorflowCheckOptions): Promise<readonly CheckResult[]> {
  const gpus = await listGpus(options.env);
  if (gpus === undefined) {
    const hint = 'Run nvidia-smi to see why. In a container, start it with "--gpus all". Until then the CPU is used.';
    return [{ name: 'GPU driver', status: 'warn', detail: 'nvidia-smi is here but fails', hint }];
  }
  const [first] = gpus;
  if (first === undefined) return [];
  const installation = await findInstallation(options.packages);
  const results = [checkDriver(first.driver), checkCuda(installation)];
  for (const gpu of gpus) results.push(await checkGpu(gpu, options));
  return results;
}

const RIGHT = 'a matrix product and a gradient are correct';

function describeOrigin(installation: Installation | undefined): string {
  switch (installation?.origin) {
    case 'wheel':
      return `flavour ${installation.flavour ?? ''}, from the pinned wheels`;
    case 'folder':
      return `from ${installation.files[1]?.path ?? 'a folder of yours'}`;
    case 'package':
      return 'as the npm package installed it';
    case undefined:
      return 'of unknown origin';
  }
}

function checkDriver(version: string): CheckResult {
  if (!olderThan(version, OLDEST_DRIVER)) return { name: 'GPU driver', status: 'ok', detail: version };
  const detail = `${version} is too old for CUDA 12`;
  return { name: 'GPU driver', status: 'warn', detail, hint: `Install NVIDIA driver ${OLDEST_DRIVER} or newer.` };
}

function checkCuda(installation: Installation | undefined): CheckResult {
  const name = 'CUDA libraries';
  if (installation?.origin !== 'wheel') {
    return { name, status: 'ok', detail: 'those that this TensorFlow was built for; see the devices below' };
  }
  if (installation.flavour === 'cpu') {
    const hint = 'Run "sweep setup --flavour gpu".';
    return { name, status: 'warn', detail: 'TensorFlow is set up for the CPU, and this machine has a GPU', hint };
  }
  const version = (wheel: string): string =>
    pinsOf('gpu')
      .map(({ file }) => parseWheelName(file))
      .find((parsed) => parsed.name === wheel)?.version ?? '';
  const detail = `CUDA ${version('nvidia_cuda_runtime_cu12')}, cuDNN ${version('nvidia_cudnn_cu12')}, from the pinned wheels`;
  return { name, status: 'ok', detail };
}

async function checkGpu({ index, name: model, memoryMiB }: Gpu, options: TensorflowCheckOptions): Promise<CheckResult> {
  const name = `gpu:${index}`;
  const outcome = await probeTensorflow(index, options);
  if (outcome.status === 'failed') {
    const hint = outcome.hint ?? 'Check the lines above. Other devices can be used with "--devices".';
    return { name, status: 'fail', detail: `${model}: ${outcome.message}`, hint };
  }
  if (outcome.report.usesGpu) return { name, status: 'ok', detail: `${model}, ${memoryMiB} MiB: ${RIGHT}` };
  const hint = 'Check driver and CUDA libraries above; TensorFlow computes on the CPU instead.';
  return { name, status: 'warn', detail: `${model}: TensorFlow does not find it`, hint };
}
