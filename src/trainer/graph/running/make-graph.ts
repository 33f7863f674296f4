import { type NativeBackend } from '../native/binding.js';
import { nativeBackend } from '../native/backend.js';
import { findDifference } from '../checking/find-difference.js';
import { findPrecisionLoss, sampleStep } from '../checking/find-precision-loss.js';
import type { CompiledGraph } from './compiled-graph.js';
import { openGraphSession, type GraphSession } from './graph-session.js';
import type { Precision, Program, StepInputs, StepState } from '../program/program.js';
import { rewriteLowPrecision } from '../rewrites/rewrite-low-precision.js';
import { rewritePointwiseConvolution } from '../rewrites/rewrite-pointwise-convolution.js';
import { rewriteWideDepthwiseGradient } from '../rewrites/rewrite-wide-depthwise-gradient.js';
import { checkInputs } from '../program/step-inputs.js';
import type { StateEntry } from '../program/step-state.js';
import { traceProgram } from '../tracing/trace-program.js';
import type { Rewrite } from '../tracing/tracer.js';

export interface CheckedGraph {
  readonly graph: CompiledGraph;
  /** The loaded graph, with the state used for the check. */
  readonly session: GraphSession;
}

/**
 * Traces a program and checks that the graph computes the same. A float32 graph is compared with an eager step. A graph in lower
 * precision, which is too coarse for that, is compared with the float32 graph.
 *
 * @returns the graph, or the reason why it cannot be used
 * @throws InputError STEP_NOT_TRACEABLE, STEP_PROGRAM
 */
export function makeGraph(
  program: Program,
  entries: readonly StateEntry[],
  state: StepState,
  inputs: StepInputs,
): CheckedGraph | string {
  const { precision = 'float32' } = program;
  const trace = (precision: Precision) =>
    traceProgram(program, entries, checkInputs(program.inputs, inputs), rewritesFor(precision, nativeBackend()));
  const graph = trace('float32');
  const session = openChecked(graph, (session) => findDifference(program, session, state, inputs, graph.lives));
  if (typeof session === 'string') return session;
  if (precision === 'float32') return { graph, session };
  const expected = sampleStep(session, state, inputs);
  session.close();
  const narrow = trace(precision);
  const opened = openChecked(narrow, (session) =>
    findPrecisionLoss(precision, expected, sampleStep(session, state, inputs)),
  );
  return typeof opened === 'string' ? opened : { graph: narrow, session: opened };
}

/** The rewrites that are faster on this device. */
function rewritesFor(precision: Precision, { binding }: NativeBackend): Rewrite[] {
  const device = binding.isUsingGpuDevice() ? 'gpu' : 'cpu';
  return [
    // First, because on a CPU it applies to convolutions, not to the matrix products that replace them.
    ...(precision === 'float32' ? [] : [rewriteLowPrecision(precision, device)]),
    ...(device === 'cpu' ? [rewritePointwiseConvolution, rewriteWideDepthwiseGradient] : []),
  ];
}

function openChecked(
  graph: CompiledGraph,
  findDifference: (session: GraphSession) => string | undefined,
): GraphSession | string {
  let session: GraphSession | undefined;
  try {
    session = openGraphSession(graph);
    const difference = findDifference(session);
    if (difference === undefined) return session;
    session.close();
    return `it differs from the program in ${difference}`;
  } catch (error) {
    session?.close();
    return `it does not run: ${messageOf(error)}`;
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
