import { runProgram } from '../../platform/run-program.js';

export interface Gpu {
  /** As nvidia-smi counts them, from 0. */
  readonly index: number;
  readonly name: string;
  readonly driver: string;
  readonly memoryMiB: number;
}

/** The GPUs that nvidia-smi lists; none where it is missing, `undefined` where it is there and fails. */
export async function listGpus(env: NodeJS.ProcessEnv): Promise<readonly Gpu[] | undefined> {
  const fields = '--query-gpu=index,name,driver_version,memory.total';
  const outcome = await runProgram('nvidia-smi', [fields, '--format=csv,noheader,nounits'], { env, timeoutMs: 30_000 });
  if (outcome.status === 'missing') return [];
  if (outcome.status === 'failed') return undefined;
  return outcome.stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [index, name, driver, memory] = line.split(',').map((field) => field.trim());
      return { index: Number(index), name: name ?? '', driver: driver ?? '', memoryMiB: Number(memory) };
    });
}
