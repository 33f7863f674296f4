import { fork } from 'node:child_process';
import type { ProbeMessage, ProbeReport } from '../../core/trainer/probe.js';
import { lastLines } from '../../platform/run-program.js';

export interface ProbeOptions {
  /** The program that tries TensorFlow; it sends one `ProbeMessage`. */
  readonly program: URL;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

export type ProbeOutcome =
  | { readonly status: 'ok'; readonly report: ProbeReport }
  | { readonly status: 'failed'; readonly message: string; readonly hint?: string };

/** Tries TensorFlow in a process of its own that sees one device: `undefined` hides every GPU. A crash is an outcome. */
export async function probeTensorflow(gpu: number | undefined, options: ProbeOptions): Promise<ProbeOutcome> {
  const { program, env, signal } = options;
  const child = fork(program, [], {
    env: {
      ...env,
      // The numbers that nvidia-smi shows, and no more memory than needed: a sweep may be running there.
      CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
      CUDA_VISIBLE_DEVICES: gpu === undefined ? '-1' : String(gpu),
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
      TF_CPP_MIN_LOG_LEVEL: '3',
    },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    timeout: TIMEOUT_MS,
    ...(signal === undefined ? {} : { signal }),
  });

  let message: ProbeMessage | undefined;
  let stderr = '';
  child.once('message', (sent) => void (message = sent as ProbeMessage));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => void (stderr = (stderr + chunk).slice(-4_000)));
  const exit = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, killedBy) => resolve(killedBy ?? `exit status ${String(code)}`));
  });
  signal?.throwIfAborted();

  if (message?.type === 'probed') return { status: 'ok', report: message.report };
  if (message?.type === 'failed') return { status: 'failed', message: message.error.message };
  return explainDeath(exit, stderr);
}

/** The first use of a GPU that the library has no code for compiles it, which takes minutes. */
const TIMEOUT_MS = 300_000;

function explainDeath(exit: string, stderr: string): ProbeOutcome {
  const message = `the process that tried TensorFlow ended with ${exit}${stderr === '' ? '' : `:\n${lastLines(stderr)}`}`;
  if (exit !== 'SIGILL') return { status: 'failed', message };
  return { status: 'failed', message, hint: 'This processor lacks instructions (AVX) that the library is built for.' };
}
