import { InputError } from '../../../core/errors.js';
import type { CompiledGraph } from './compiled-graph.js';
import { createEagerStep } from './eager-step.js';
import { graphKey, readGraph, writeGraph } from './graph-cache.js';
import { openGraphSession, type GraphSession } from './graph-session.js';
import { makeGraph, messageOf } from './make-graph.js';
import type { Program, Step, StepInputs } from '../program/program.js';
import type { SessionPool } from './session-pool.js';
import { initialState, listState } from '../program/step-state.js';

export interface CompiledStepOptions {
  /** Folder where graphs are cached for later trials. Created if it does not exist. */
  readonly cacheDir: string;
  /** Called with the reason when training is slower than it could be. */
  readonly warn: (message: string) => void;
  /** Called before the graph is made, which takes seconds to minutes. Not called where it comes from a session or the cache. */
  readonly onCompile?: () => void;
  /** Keeps the session for this thread's next trial when the step is closed. Default: the session is closed too. */
  readonly sessions?: SessionPool;
}

/**
 * Runs a program as one TensorFlow graph, so that a step is a single call. The graph comes from a kept session or from the cache.
 * Otherwise the first call of `train` or `evaluate` traces the program, compares one step of the graph with an eager step, and
 * caches the graph. If they differ, training continues with eager steps (see `kind`).
 *
 * The initial state is copied from the program's variables. Training does not change these variables; use `read` instead.
 *
 * @throws InputError STEP_PROGRAM, STEP_INPUTS, STEP_STATE, STEP_CLOSED, and STEP_NOT_TRACEABLE from the first call
 */
export function createCompiledStep(program: Program, options: CompiledStepOptions): Step {
  const { cacheDir, warn, onCompile, sessions } = options;
  const entries = listState(program);
  const key = graphKey(program, entries);
  let session = sessions?.take(key) ?? openCached(cacheDir, key, warn);
  session?.restore(initialState(program, entries));
  let current: Step = session ?? createEagerStep(program);
  let settled = session !== undefined;
  let closed = false;

  const assertOpen = () => {
    if (closed) throw new InputError('STEP_CLOSED', 'the step is closed');
  };
  const settle = (inputs: StepInputs): Step => {
    assertOpen();
    if (settled) return current;
    onCompile?.();
    const made = makeGraph(program, entries, current.read(), inputs);
    settled = true;
    if (typeof made === 'string') {
      warn(`the compiled training step is not used, so training is slower: ${made}`);
      return current;
    }
    keep(cacheDir, key, made.graph, warn);
    current.close();
    session = made.session;
    current = session;
    return current;
  };

  return {
    get kind() {
      return current.kind;
    },
    accumulate: (inputs) => settle(inputs).accumulate(inputs),
    train: (inputs) => settle(inputs).train(inputs),
    evaluate: (inputs) => settle(inputs).evaluate(inputs),
    read() {
      assertOpen();
      return current.read();
    },
    restore(state) {
      assertOpen();
      current.restore(state);
    },
    close() {
      if (closed) return;
      closed = true;
      if (session !== undefined && sessions !== undefined) sessions.give(key, session);
      else current.close();
    },
  };
}

function openCached(cacheDir: string, key: string, warn: CompiledStepOptions['warn']): GraphSession | undefined {
  const graph = readGraph(cacheDir, key);
  if (graph === undefined) return undefined;
  try {
    return openGraphSession(graph);
  } catch (error) {
    warn(`the cached training graph could not be loaded and is created again: ${messageOf(error)}`);
    return undefined;
  }
}

function keep(cacheDir: string, key: string, graph: CompiledGraph, warn: CompiledStepOptions['warn']): void {
  try {
    writeGraph(cacheDir, key, graph);
  } catch (error) {
    warn(`the training graph could not be cached for later trials: ${messageOf(error)}`);
  }
}
