import { EnvironmentError, InputError } from '../../core/errors.js';
import { runProgram } from '../../platform/run-program.js';

/** What one host process trains on. */
export interface Device {
  readonly kind: 'cpu' | 'gpu';
  /** As `nvidia-smi` counts GPUs; 0 for the CPU. */
  readonly index: number;
  /** Name of the machine. Only set where a sweep has devices on several nodes, each of which counts its GPUs from 0. */
  readonly node?: string;
}

/** The device as files, tables and flags call it: `cpu:0`, `gpu:1`, or `node2/gpu:1` where there are several nodes. */
export const deviceName = (device: Device): string =>
  device.node === undefined ? nameOnNode(device) : `${device.node}/${nameOnNode(device)}`;

/** The device as processes on its node call it: `gpu:1`. */
export const nameOnNode = ({ kind, index }: Device): string => `${kind}:${index}`;

/**
 * The devices of this machine with these names; `auto` is every GPU, or the CPU where there is none. A name that is given twice
 * gives its device twice. Only GPUs that `CUDA_VISIBLE_DEVICES` leaves exist; `nvidia-smi` runs only where a name may mean one.
 *
 * @throws InputError `UNKNOWN_DEVICE`
 * @throws EnvironmentError `GPU_DRIVER` where a GPU is named and `nvidia-smi` fails
 */
export async function resolveDevices(
  names: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<readonly Device[]> {
  const found = names.some((name) => name !== 'cpu:0') ? await findGpus(environment) : { gpus: [] };
  const { gpus } = found;
  return names.flatMap((name): readonly Device[] => {
    if (name === 'auto') return gpus.length > 0 ? gpus : [CPU];
    const device = [CPU, ...gpus].find((candidate) => deviceName(candidate) === name);
    if (device !== undefined) return [device];
    if ('problem' in found && /^gpu:\d+$/.test(name)) {
      throw new EnvironmentError('GPU_DRIVER', `there is no device ${name}: ${found.problem}`, {
        hint: 'Repair the GPU driver (`sweep doctor` says more), or train on cpu:0.',
      });
    }
    const existing = [CPU, ...gpus].map(deviceName).join(', ');
    throw new InputError('UNKNOWN_DEVICE', `there is no device "${name}"`, {
      hint: `This machine has ${existing}; "auto" takes all GPUs, or the CPU where there is none.`,
    });
  });
}

const CPU: Device = { kind: 'cpu', index: 0 };

/** So that a driver that hangs does not hang the sweep. */
const NVIDIA_SMI_TIMEOUT_MS = 20_000;

async function findGpus(
  environment: NodeJS.ProcessEnv,
): Promise<{ readonly gpus: readonly Device[]; readonly problem?: string }> {
  const args = ['--query-gpu=index,uuid', '--format=csv,noheader'];
  const outcome = await runProgram('nvidia-smi', args, { env: environment, timeoutMs: NVIDIA_SMI_TIMEOUT_MS });
  if (outcome.status === 'missing') return { gpus: [] };
  if (outcome.status === 'failed') return { gpus: [], problem: describeFailure(outcome) };
  const visible = environment['CUDA_VISIBLE_DEVICES']?.split(',').map((entry) => entry.trim());
  const gpus = [...outcome.stdout.matchAll(/^(\d+), *(\S+)$/gm)]
    .map(([, index, uuid]) => ({ index: index!, uuid: uuid! }))
    .filter(({ index, uuid }) => visible?.some((entry) => entry === index || isPrefixOf(entry, uuid)) ?? true)
    .map(({ index }): Device => ({ kind: 'gpu', index: Number(index) }));
  return { gpus };
}

/** CUDA accepts the beginning of a UUID where it is unambiguous. */
const isPrefixOf = (entry: string, uuid: string): boolean => entry.startsWith('GPU-') && uuid.startsWith(entry);

function describeFailure({ stdout, errors }: { readonly stdout: string; readonly errors: string }): string {
  const said = `${stdout}\n${errors}`.trim().replaceAll(/\s+/g, ' ');
  return said === '' ? 'nvidia-smi fails' : `nvidia-smi says "${said}"`;
}
