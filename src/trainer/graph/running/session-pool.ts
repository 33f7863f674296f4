import type { GraphSession } from './graph-session.js';

/** Keeps loaded sessions of one thread for the next trial with the same graph. They still hold the old state. */
export interface SessionPool {
  take(key: string): GraphSession | undefined;
  /** Keeps a session. If there are more than `limit`, closes the oldest. */
  give(key: string, session: GraphSession): void;
  /** Closes all kept sessions. Sessions given later are closed at once. */
  close(): void;
}

/** @param limit - maximum number of kept sessions, each with the weights and slots of a model. Default: 1 */
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
