import type { Device } from './devices.js';

/**
 * Intra-op threads of TensorFlow for each slot: the cores divided among the slots that compute on them (those of CPU hosts, or
 * all slots where there are only GPUs). One number for the whole sweep, because changing it changes results in the last bits.
 */
export function threadsPerSlot(devices: readonly Device[], slots: number, cores: number): number {
  const cpuHosts = devices.filter(({ kind }) => kind === 'cpu').length;
  return Math.max(1, Math.floor(cores / ((cpuHosts || devices.length) * slots)));
}

export interface HostEnvironmentOptions {
  /** Environment of the main process; the settings of TensorFlow replace those in it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly slots: number;
  /** From `threadsPerSlot`. */
  readonly threads: number;
  /** Leaves TensorFlow's log level as it is instead of limiting it to errors. */
  readonly verbose: boolean;
}

/** The environment of a host: only its own device is visible. TensorFlow reads it while loading, so it is set from the start. */
export function hostEnvironment(
  device: Device,
  { environment, slots, threads, verbose }: HostEnvironmentOptions,
): NodeJS.ProcessEnv {
  const own: NodeJS.ProcessEnv = {
    ...environment,
    CUDA_VISIBLE_DEVICES: device.kind === 'gpu' ? String(device.index) : '',
    // The order of nvidia-smi; CUDA's default order puts the fastest GPU first.
    CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    TF_NUM_INTRAOP_THREADS: String(threads),
    // All slots share these threads for files, compression and image decoding; Node's default of 4 is too few.
    UV_THREADPOOL_SIZE: environment['UV_THREADPOOL_SIZE'] ?? String(Math.max(4, 2 * slots)),
  };
  // With a single inter-op thread, one slot would block the others.
  if (slots > 1) delete own['TF_NUM_INTEROP_THREADS'];
  if (!verbose) own['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  return own;
}
