import type { GraphSession } from './graph-session.js';

/** Sessions of one thread that wait for the next trial with the same graph: loaded, warm, holding an old state. */
export interface SessionPool {
  take(key: string): GraphSession | undefined;
  /** Beyond the limit the one that has waited longest is closed. */
  give(key: string, session: GraphSession): void;
  /** Closes all that wait; what is given later is closed at once. */
  close(): void;
}

/** @param limit how many sessions wait at most; each holds the weights and slots of a model (default 1) */
export function createSessionPool({ limit = 1 }: { readonly limit?: number } = {}): SessionPool {
  const waiting: { readonly key: string; readonly session: GraphSession }[] = [];
  let capacity = limit;
  return {
    take(key) {
      const index = waiting.findIndex((entry) => entry.key === key);
      return index < 0 ? undefined : waiting.splice(index, 1)[0]!.session;
    },
    give(key, session) {
      waiting.push({ key, session });
      while (waiting.length > capacity) waiting.shift()!.session.close();
    },
    close() {
      capacity = 0;
      for (const { session } of waiting.splice(0)) session.close();
    },
  };
}
