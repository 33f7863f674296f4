import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { EnvironmentError, InputError } from '../../core/errors.js';
import type { Device } from '../../executor/hosts/devices.js';
import { hostEnvironment } from '../../executor/hosts/host-environment.js';
import type { ResultsReply, ResultsRequest } from '../../trainer/results/messages.js';

const ENTRY = fileURLToPath(new URL('../../trainer/results/entry.js', import.meta.url));
/** The last message of the process after success. */
const LAST = new Set<ResultsReply['type']>(['exported', 'predicted', 'evaluated']);
/** Length of TensorFlow's output that is kept to explain a crash. */
const KEPT_CHARACTERS = 4_000;

/**
 * Asks a trained model something in a process of its own: TensorFlow is pinned to a device by the environment that it is loaded
 * in, and stays out of the main process. No trial is run, so nothing of what the executor does for trials (retries, watching,
 * recording) is needed. `onReply` hears all that comes before the end.
 *
 * @throws what the process throws on purpose; EnvironmentError MODEL_PROCESS_DIED
 */
export async function askModel(
  request: ResultsRequest,
  device: Device,
  onReply: (reply: Exclude<ResultsReply, { readonly type: 'failed' }>) => void,
): Promise<void> {
  const child = fork(ENTRY, [], {
    env: hostEnvironment(device, {
      ...{ environment: process.env, slots: 1, threads: availableParallelism(), verbose: false },
    }),
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const heard: { last?: ResultsReply } = {};
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-KEPT_CHARACTERS)));
  child.on('message', (reply: ResultsReply) => {
    heard.last = reply;
    if (reply.type !== 'failed') onReply(reply);
  });
  child.send(request, () => undefined);
  const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  const { last } = heard;
  if (last?.type === 'failed') throw asError(last);
  if (last !== undefined && LAST.has(last.type)) return;
  const how = signal ?? `status ${String(status)}`;
  const words = said.trim() === '' ? '' : `; its output: ${said.trim()}`;
  throw new EnvironmentError('MODEL_PROCESS_DIED', `the process that loads the model ended with ${how}${words}`, {
    hint: 'Run `sweep doctor`: it tests each device.',
  });
}

function asError({ error, isInput }: Extract<ResultsReply, { readonly type: 'failed' }>): Error {
  const { code, message, stack } = error;
  const options = error.hint === undefined ? {} : { hint: error.hint };
  if (isInput) return new InputError(code, message, options);
  const cause = new Error(stack === '' ? message : stack);
  return new EnvironmentError(code, message, { ...options, cause });
}
