import { tf, type Tensor } from '../native/tensorflow.js';
import { DataType } from '../native/binding.js';
import type { CompiledGraph, GraphPlan } from '../running/compiled-graph.js';
import { GraphBuilder, typeAttribute } from '../building/graph-builder.js';
import { encodeSavedModel, refName, type Ref } from '../building/graph-def.js';
import { addAccumulators, emitAccumulation, emitForget } from '../building/graph-accumulation.js';
import { emitUpdates } from '../building/graph-loss-scale.js';
import { bindOptimizerState } from '../building/graph-optimizer.js';
import { addVariables, assignVariable, copyOf, type GraphVariable } from '../building/graph-variables.js';
import { withMetaTensors } from './meta-tensors.js';
import { scaledInputs } from '../program/loss-scale.js';
import { checkOutcome, checkOutputs } from '../program/check-outcome.js';
import { type InputSpec, type NamedTensors, type Program, ownValue } from '../program/program.js';
import { toTensors, type CheckedInputs } from '../program/step-inputs.js';
import { scalarName, type StateEntry, evaluatedValue } from '../program/step-state.js';
import { recordLives, type TensorLives } from './tensor-lives.js';
import { Tracer, type Rewrite } from './tracer.js';

export interface TracedGraph extends CompiledGraph {
  readonly lives: ProgramLives;
}

/** Lifetimes of the tensors in `Program.train` and `Program.evaluate`. */
export interface ProgramLives {
  readonly train: TensorLives;
  readonly evaluate: TensorLives;
}

/**
 * Runs a program once with its current weights and records it as one graph, which can take a training step, evaluate, and set and
 * read the state. Does not change the program's weights.
 *
 * @throws InputError STEP_NOT_TRACEABLE, STEP_PROGRAM
 */
export function traceProgram(
  program: Program,
  entries: readonly StateEntry[],
  inputs: CheckedInputs,
  rewrites: readonly Rewrite[],
): TracedGraph {
  return withMetaTensors(() => trace(program, entries, inputs, rewrites));
}

function trace(...[program, entries, inputs, rewrites]: Parameters<typeof traceProgram>): TracedGraph {
  const builder = new GraphBuilder();
  const tracer = new Tracer(builder, rewrites);
  const variables = addVariables(builder, 'state', entries);
  const placeholders = new Map<string, Ref>();
  for (const [name, { spec }] of inputs) placeholders.set(name, builder.placeholder(tensorType(spec)));
  let plan: GraphPlan | undefined;
  let lives: ProgramLives | undefined;
  tf.tidy(() => {
    bindWeights(program, tracer, variables);
    const state = bindOptimizerState(program.optimizer, entries, tracer, variables);
    const feeds = bindInputs(inputs, tracer, placeholders);
    const scaled = scaledInputs(program, feeds, (name) => state[scalarName(name)]!);
    const accumulators = program.accumulates ? addAccumulators(program, builder, tracer) : undefined;
    const trained = tracer.record(() => {
      const { result: outcome, lives } = recordLives(
        () => checkOutcome(program, program.train(scaled, ownValue)),
        ({ outputs, gradients, assignments, weight }) => [
          ...Object.values(outputs),
          ...gradients.values(),
          ...assignments.values(),
          ...(weight ? [weight] : []),
        ],
      );
      const { outputs, gradients, assignments } = outcome;
      const assigned = [...assignments].map(([weight, value]) => {
        const variable = variables.get(weight.name)!;
        return assignVariable(builder, variable, copyOf(builder, tracer.refOf(value)), [variable.value.node]);
      });
      const { accumulation, updated } = tracer.asIs(() => {
        const accumulation = accumulators && emitAccumulation(accumulators, outcome, builder, tracer);
        const emission = { program, builder, tracer, variables, inputs: feeds };
        return { accumulation, updated: emitUpdates(emission, accumulation?.gradients ?? gradients, state) };
      });
      return {
        lives,
        outputs: fetchAll(builder, tracer, outputs),
        done: refName(signal(builder, [...assigned, ...updated, ...(accumulation?.forget ?? [])])),
        accumulated: accumulation && refName(signal(builder, [...assigned, ...accumulation.keep])),
        gradients: fetchAll(
          builder,
          tracer,
          Object.fromEntries([...gradients].map(([{ name }, value]) => [name, value])),
        ),
      };
    });
    const valueOf = evaluatedValue(program.optimizer, (name) => state[name]!);
    const evaluated = tracer.record(() => {
      const { result, lives } = recordLives(
        () => checkOutputs(program.evaluate(feeds, valueOf)),
        Object.values<Tensor>,
      );
      return { lives, outputs: fetchAll(builder, tracer, result) };
    });
    const forgotten = accumulators ? emitForget(accumulators, builder, { initial: true }) : [];
    plan = {
      inputs: Object.fromEntries(
        [...inputs].map(([name, { spec }]) => [name, { spec, placeholder: refName(placeholders.get(name)!) }]),
      ),
      train: { outputs: trained.outputs, done: trained.done },
      ...(trained.accumulated !== undefined && { accumulate: { done: trained.accumulated } }),
      evaluate: evaluated.outputs,
      ...addRestore(builder, variables, forgotten),
      gradients: trained.gradients,
    };
    lives = { train: trained.lives, evaluate: evaluated.lives };
  });
  return { plan: plan!, savedModel: encodeSavedModel(builder.nodes), lives: lives! };
}

function bindWeights(program: Program, tracer: Tracer, variables: ReadonlyMap<string, GraphVariable>): void {
  for (const { name, variable } of program.weights) {
    // Variables created from the same tensor share it until one is assigned, but a trace identifies tensors by their id.
    if (tracer.isBound(variable)) {
      variable.assign(tf.tensor(variable.dataSync().slice(), variable.shape, variable.dtype));
    }
    tracer.bind(variable, variables.get(name)!.value);
  }
}

function bindInputs(inputs: CheckedInputs, tracer: Tracer, placeholders: ReadonlyMap<string, Ref>): NamedTensors {
  const feeds = toTensors(inputs);
  for (const [name, feed] of Object.entries(feeds)) tracer.bind(feed, placeholders.get(name)!);
  return feeds;
}

/** Adds an Identity to each output, because an output can be an input, and a fed tensor cannot be fetched. */
function fetchAll(builder: GraphBuilder, tracer: Tracer, outputs: NamedTensors): Record<string, string> {
  const fetches: Record<string, string> = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    const value = tracer.refOf(tensor);
    const type = builder.typeOf(value);
    fetches[name] = refName(builder.op('Identity', [value], { T: typeAttribute(type.dtype) }, type));
  }
  return fetches;
}

function addRestore(
  builder: GraphBuilder,
  variables: ReadonlyMap<string, GraphVariable>,
  forgotten: readonly string[],
): Pick<GraphPlan, 'state' | 'restored'> {
  const assigned = [...forgotten];
  const state = [...variables].map(([name, variable]) => {
    const placeholder = builder.placeholder(variable.type);
    assigned.push(assignVariable(builder, variable, copyOf(builder, placeholder)));
    return {
      name,
      shape: variable.type.shape,
      placeholder: refName(placeholder),
      value: refName(variable.value),
    };
  });
  return { state, restored: refName(signal(builder, assigned)) };
}

/** Adds a node with an output that runs after nodes without outputs, because the addon can only run outputs. */
function signal(builder: GraphBuilder, after: readonly string[]): Ref {
  const type = { dtype: DataType.float32, shape: [] };
  return builder.op('Identity', [builder.float(0)], { T: typeAttribute(DataType.float32) }, type, after);
}

function tensorType({ dtype, shape }: InputSpec): { dtype: number; shape: readonly number[] } {
  return { dtype: DataType[dtype], shape };
}
