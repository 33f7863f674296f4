import { unreachable } from '../core/errors.js';

/** What asks a running sweep to end: Ctrl-C, `kill`, a closed terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruptible {
  /** Once: no new trials, running ones stop at their next report. */
  readonly interrupt: () => void;
  /** Twice: end now. */
  readonly kill: () => void;
}

/** Listens for the user's wish to stop; `dispose` gives the signals back. */
export function onInterrupt({ interrupt, kill }: Interruptible): {
  readonly wasInterrupted: () => boolean;
  readonly dispose: () => void;
} {
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
}
