import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Answer } from './protocol.js';
import { isMethod, SearchSession } from './search-session.js';
import type { Respond } from './simulate.js';

/** A search that answers messages. */
export interface Responder {
  readonly respond: Respond;
  readonly close: () => Promise<void>;
}

/**
 * The search with a name: `bayes`, `bayes:tpe` and our other methods in this process; `optuna-gp`, `optuna-tpe`, `optuna-cma-es` and
 * `optuna-random` in a process of their own.
 */
export function responderOf(name: string, python: string): Responder {
  const [, kind] = /^optuna-(gp|tpe|cma-es|random)$/.exec(name) ?? [];
  if (kind !== undefined) return optuna(kind, python);
  const [method = '', surrogate] = name.split(':');
  if (!isMethod(method) || !(surrogate === undefined || surrogate === 'gp' || surrogate === 'tpe')) {
    throw new Error(`there is no search ${name}`);
  }
  const session = new SearchSession({ method, sampling: { surrogate } });
  return { respond: (message) => session.answer(message), close: () => Promise.resolve() };
}

function optuna(kind: string, python: string): Responder {
  const program = fileURLToPath(new URL('../../../bench/search/optuna_ask_tell.py', import.meta.url));
  const child = spawn(python, [program, kind], {
    env: { ...process.env, OMP_NUM_THREADS: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    respond: async (message) => {
      child.stdin.write(`${JSON.stringify(message)}\n`);
      const { value, done } = (await lines.next()) as IteratorResult<string, undefined>;
      if (done) throw new Error(`Optuna (${kind}) ended`);
      return JSON.parse(value) as Answer;
    },
    close: async () => {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.stdin.end();
      await ended;
    },
  };
}
