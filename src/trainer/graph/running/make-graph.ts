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
  /** The graph, loaded. Its state is the one that it was checked with. */
  readonly session: GraphSession;
}

/**
 * Traces a program and makes sure that the graph does what the program does: in float32 it is held to the program run op by
 * op, and in lower precision, which is too coarse for that, to the graph in float32.
 *
 * @returns the graph, or why there is none
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

/** What pays depends on the device, since other kernels run there. */
function rewritesFor(precision: Precision, { binding }: NativeBackend): Rewrite[] {
  const device = binding.isUsingGpuDevice() ? 'gpu' : 'cpu';
  return [
    // First, since on a processor it narrows convolutions, not the products that can be made of them.
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
