import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface CommandOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Ends the program; the outcome is then the signal's reason, thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which the program is ended; default: never. */
  readonly timeoutMs?: number;
  /** Called with each line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
}

export type CommandOutcome =
  | { readonly status: 'ok'; readonly stdout: string }
  /** There is no such program on the PATH. */
  | { readonly status: 'missing' }
  /** `exit` says how it ended (`status 1`, `signal SIGKILL`), `errors` holds the end of its standard error. */
  | { readonly status: 'failed'; readonly exit: string; readonly errors: string };

/** Runs a program to its end, without a shell and without standard input. Throws only when it was aborted. */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandOutcome> {
  const { env, cwd, signal, timeoutMs, onLine } = options;
  signal?.throwIfAborted();
  const child = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const abort = (): void => void child.kill();
  signal?.addEventListener('abort', abort, { once: true });
  const timer = timeoutMs === undefined ? undefined : setTimeout(abort, timeoutMs);

  let stdout = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => void (stdout = (stdout + chunk).slice(-KEPT)));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => void (errors = (errors + chunk).slice(-KEPT)));
  if (onLine !== undefined) createInterface({ input: child.stdout }).on('line', onLine);

  const outcome = await new Promise<CommandOutcome>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve({ status: 'missing' });
      else resolve({ status: 'failed', exit: error.message, errors });
    });
    child.once('close', (code, killedBy) => {
      if (code === 0) resolve({ status: 'ok', stdout });
      else resolve({ status: 'failed', exit: code === null ? `signal ${killedBy}` : `status ${code}`, errors });
    });
  });
  clearTimeout(timer);
  signal?.removeEventListener('abort', abort);
  signal?.throwIfAborted();
  return outcome;
}

/** Characters kept of what a program writes: enough for the reason it gives at the end. */
const KEPT = 64_000;

/** The last lines of a program's output, for a message. */
export function lastLines(output: string, count = 8): string {
  return output.trimEnd().split('\n').slice(-count).join('\n');
}
