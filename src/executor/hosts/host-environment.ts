import type { Device } from './devices.js';

/**
 * Intra-op threads of TensorFlow that each slot gets. Another number gives other bits, so it is one number for the whole sweep:
 * the cores divided among the slots that compute on them (those of CPU hosts; all slots where there are only GPUs).
 */
export function threadsPerSlot(devices: readonly Device[], slots: number, cores: number): number {
  const cpuHosts = devices.filter(({ kind }) => kind === 'cpu').length;
  return Math.max(1, Math.floor(cores / ((cpuHosts || devices.length) * slots)));
}

export interface HostEnvironmentOptions {
  /** What the main process has; TensorFlow's settings are laid over it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly slots: number;
  /** From `threadsPerSlot`. */
  readonly threads: number;
  /** Lets TensorFlow log as it likes instead of errors only. */
  readonly verbose: boolean;
}

/** The environment that shows a host its device alone. TensorFlow reads it while it loads, so it must be there from the start. */
export function hostEnvironment(
  device: Device,
  { environment, slots, threads, verbose }: HostEnvironmentOptions,
): NodeJS.ProcessEnv {
  const own: NodeJS.ProcessEnv = {
    ...environment,
    CUDA_VISIBLE_DEVICES: device.kind === 'gpu' ? String(device.index) : '',
    // Counted as nvidia-smi counts; CUDA's own order puts the fastest first.
    CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    TF_NUM_INTRAOP_THREADS: String(threads),
    // Files, compression and image decoding of all slots share these threads; Node's default of 4 is meant for one.
    UV_THREADPOOL_SIZE: environment['UV_THREADPOOL_SIZE'] ?? String(Math.max(4, 2 * slots)),
  };
  // A single inter-op thread serves one slot and starves the others.
  if (slots > 1) delete own['TF_NUM_INTEROP_THREADS'];
  if (!verbose) own['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  return own;
}
