import { unreachable } from '../core/errors.js';
import type { Interrupts } from '../session/surroundings.js';

/** The signals that ask a command to end: Ctrl-C, `kill`, a closed terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The first signal interrupts, the second one kills. While nothing listens, a signal ends the process as usual. */
export const signalInterrupts: Interrupts = {
  listen({ interrupt, kill }) {
    let stage: 'running' | 'stopping' | 'killing' = 'running';
    const advance = (): void => {
      switch (stage) {
        case 'running':
          stage = 'stopping';
          return interrupt();
        case 'stopping':
          stage = 'killing';
          return kill();
        case 'killing':
          return;
        default:
          unreachable(stage);
      }
    };
    for (const signal of SIGNALS) process.on(signal, advance);
    return {
      wasInterrupted: () => stage !== 'running',
      dispose: () => {
        for (const signal of SIGNALS) process.off(signal, advance);
      },
    };
  },
};

/** Returned by `untilInterrupted` in place of a result. */
export const INTERRUPTED = Symbol('interrupted');

/** Runs work that the first signal aborts. The second signal ends the process. */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | typeof INTERRUPTED> {
  const stop = new AbortController();
  const listening = signalInterrupts.listen({ interrupt: () => stop.abort(), kill: () => process.exit(130) });
  try {
    return await work(stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return INTERRUPTED;
  } finally {
    listening.dispose();
  }
}
