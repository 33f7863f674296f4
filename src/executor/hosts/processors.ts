import { readFile } from 'node:fs/promises';
import os from 'node:os';
import type { Machine } from '../../core/trial/events.js';
import { runProgram } from '../../platform/run-program.js';
import { deviceName, type Device } from './devices.js';

/** The processors of a machine that can make a difference in the last bits of a result. */
export interface Processors {
  /** Model and the instruction sets that kernels are chosen by: `AMD EPYC 7B13, avx2 fma`. */
  readonly cpu: string;
  /** Names of GPUs by device: `{"gpu:0": "NVIDIA L4"}`. */
  readonly gpus: Readonly<Record<string, string>>;
}

/** Describes the machine and, of its GPUs, those among `devices` that `nvidia-smi` has a name for. */
export async function describeProcessors(
  devices: readonly Device[],
  environment: NodeJS.ProcessEnv,
): Promise<Processors> {
  const [cpu, names] = await Promise.all([
    describeCpu(),
    devices.some(({ kind }) => kind === 'gpu') ? gpuNames(environment) : new Map<string, string>(),
  ]);
  const known = devices.map(deviceName).flatMap((device) => {
    const name = names.get(device);
    return name === undefined ? [] : [[device, name] as const];
  });
  return { cpu, gpus: Object.fromEntries([...known].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** Describes the machine that this process runs on; of its GPUs, those that `CUDA_VISIBLE_DEVICES` leaves. */
export async function describeMachine(environment: NodeJS.ProcessEnv): Promise<Machine> {
  const visible = environment['CUDA_VISIBLE_DEVICES']?.split(',').map((entry) => entry.trim());
  const needsGpus = visible === undefined || visible.some((entry) => entry !== '');
  const [cpu, names] = await Promise.all([
    describeCpu(),
    needsGpus ? gpuNames(environment) : new Map<string, string>(),
  ]);
  const gpus = [...names].filter(([device]) => visible?.includes(device.slice('gpu:'.length)) ?? true);
  return { cores: os.availableParallelism(), cpu, gpus: gpus.map(([, name]) => name) };
}

/** Those that oneDNN and Eigen have kernels of their own for, as Linux spells them. */
const INSTRUCTION_SETS = [
  ...['avx', 'avx2', 'fma', 'avx_vnni', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'avx512_fp16', 'amx_bf16'],
  ...['asimd', 'bf16', 'sve', 'sve2'],
];

async function describeCpu(): Promise<string> {
  const model = os.cpus()[0]?.model.trim() ?? os.arch();
  const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const flags = new Set((/^(?:flags|Features)\s*:(.*)$/m.exec(text)?.[1] ?? '').split(/\s+/));
  const sets = INSTRUCTION_SETS.filter((name) => flags.has(name)).join(' ');
  return sets === '' ? model : `${model}, ${sets}`;
}

/** So that a driver that hangs does not hang the sweep. */
const NVIDIA_SMI_TIMEOUT_MS = 20_000;

async function gpuNames(environment: NodeJS.ProcessEnv): Promise<ReadonlyMap<string, string>> {
  const args = ['--query-gpu=index,name', '--format=csv,noheader'];
  const outcome = await runProgram('nvidia-smi', args, { env: environment, timeoutMs: NVIDIA_SMI_TIMEOUT_MS });
  const stdout = outcome.status === 'ok' ? outcome.stdout : '';
  return new Map([...stdout.matchAll(/^(\d+), *(.+?) *$/gm)].map(([, index, name]) => [`gpu:${index!}`, name!]));
}
