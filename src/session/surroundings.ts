/** The inputs of a use case from outside: the clock, the environment, and interrupts. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Environment variables; host processes inherit them. */
  readonly environment: NodeJS.ProcessEnv;
  readonly interrupts: Interrupts;
}

/** The source of interrupts: signals from a terminal, or the `AbortSignal`s of a program. */
export interface Interrupts {
  listen(to: Interruptible): InterruptListening;
}

export interface Interruptible {
  /** Called first: start nothing new, and end at the next opportunity. */
  readonly interrupt: () => void;
  /** Called second: end now. */
  readonly kill: () => void;
}

export interface InterruptListening {
  wasInterrupted(): boolean;
  /** Stops listening. Safe to call twice. */
  dispose(): void;
}

/** Interrupts when `gentle` is aborted, and kills when `forced` is. */
export function abortInterrupts(gentle: AbortSignal | undefined, forced?: AbortSignal): Interrupts {
  return {
    listen({ interrupt, kill }) {
      const listening = new AbortController();
      for (const [signal, act] of [[gentle, interrupt] as const, [forced, kill] as const]) {
        if (signal?.aborted) act();
        else signal?.addEventListener('abort', act, { once: true, signal: listening.signal });
      }
      return {
        wasInterrupted: () => gentle?.aborted === true || forced?.aborted === true,
        dispose: () => listening.abort(),
      };
    },
  };
}
