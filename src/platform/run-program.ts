export interface ProgramOptions {
  /** The whole environment of the program. Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Ends the program, gently and after five seconds by force. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which the program is ended. Default: never. */
  readonly timeoutMs?: number | undefined;
  /** Whether a time limit or `signal` also ends all programs that the program has started. Default: false. */
  readonly endsGroup?: boolean;
  /** Called with each line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
}

export type ProgramOutcome =
  | { readonly status: 'ok'; readonly stdout: string }
  /** There is no such program on the PATH. */
  | { readonly status: 'missing' }
  /** `exit` says how it ended (`status 1`, `signal SIGKILL`, `time limit`); the rest is the end of what it wrote. */
  | { readonly status: 'failed'; readonly exit: string; readonly stdout: string; readonly errors: string };

/**
 * Runs a program to its end, without a shell and without standard input. A failure is an outcome; throws the signal's reason
 * when it is aborted.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { env = process.env, cwd, signal, timeoutMs, endsGroup = false, onLine }: ProgramOptions = {},
): Promise<ProgramOutcome> {
  signal?.throwIfAborted();
  // Loaded here: commands that run no program start sooner without it.
  const { execa } = await import('execa');
  const pass = function* (line: unknown): Generator {
    onLine?.(String(line));
    yield line;
  };
  const running = execa(program, args, {
    ...{ env, extendEnv: false, reject: false, stdin: 'ignore', stripFinalNewline: false },
    ...(cwd !== undefined && { cwd }),
    ...(signal && { cancelSignal: signal }),
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
    ...(onLine && { stdout: pass }),
    // The program leads a process group of its own, which is then ended as a whole.
    ...(endsGroup && { detached: true }),
  });
  const group = endsGroup ? limitGroup(running.pid, { signal, timeoutMs }) : undefined;
  const result = await running;
  group?.dispose();
  signal?.throwIfAborted();
  const [stdout, errors] = [endOf(result.stdout), endOf(result.stderr)];
  if (!result.failed) return { status: 'ok', stdout };
  if (result.code === 'ENOENT') return { status: 'missing' };
  return { status: 'failed', exit: describeExit(result), stdout, errors };
}

/** Ends a process group at its time limit or when a signal is aborted: gently, and after five seconds by force. */
function limitGroup(
  leader: number | undefined,
  { signal, timeoutMs }: Pick<ProgramOptions, 'signal' | 'timeoutMs'>,
): { readonly dispose: () => void } {
  const timers: NodeJS.Timeout[] = [];
  const kill = (how: NodeJS.Signals): void => {
    try {
      if (leader !== undefined) process.kill(-leader, how);
    } catch {
      // All of its processes have ended.
    }
  };
  const end = (): void => {
    kill('SIGTERM');
    timers.push(setTimeout(() => kill('SIGKILL'), FORCE_MS));
  };
  if (timeoutMs !== undefined) timers.push(setTimeout(end, timeoutMs));
  signal?.addEventListener('abort', end, { once: true });
  return {
    dispose: () => {
      for (const timer of timers) clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    },
  };
}

const FORCE_MS = 5_000;

/** The last lines of a program's output, for a message. */
export function lastLines(output: string, count = 8): string {
  return output.trimEnd().split('\n').slice(-count).join('\n');
}

/** Characters kept of what a program writes: enough for the reason it gives at the end. */
const KEPT = 64_000;

/** A program that could not be started has written nothing. */
const endOf = (output: string | undefined): string => (output ?? '').slice(-KEPT);

function describeExit(result: {
  readonly timedOut: boolean;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly originalMessage?: string | undefined;
}): string {
  if (result.timedOut) return 'time limit';
  if (result.exitCode !== undefined) return `status ${result.exitCode}`;
  return result.signal === undefined ? (result.originalMessage ?? 'unknown') : `signal ${result.signal}`;
}
