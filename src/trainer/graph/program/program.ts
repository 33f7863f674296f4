import type { Precision } from '../../training/parameters/computation.js';
import type { Tensor, Variable } from '../native/tensorflow.js';

export type { Precision };

/**
 * A training step as a pure function over tensors. Written once, run two ways: eagerly, op by op, or traced into one
 * TensorFlow graph. Pure means: it reads weights and inputs, returns new values and assigns nothing; whatever changes from
 * step to step (learning rate, gamma, step counter) is an input, and nothing is read on the host.
 */
export interface Program {
  /** Everything that can change the graph, in one string: backbone, shapes, loss, optimizer, precision. Names the cached graph. */
  readonly signature: string;
  /** What a caller feeds at each step; static shapes, batch first where there is one. */
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly weights: readonly Weight[];
  readonly optimizer: Optimizer;
  /** Where steps may be gathered from several batches (`Step.accumulate`), which takes one more array per trained weight. */
  readonly accumulates?: boolean;
  /** What a compiled step computes in where that pays; run op by op it is float32 always. Default: float32. */
  readonly precision?: Precision;
  /**
   * Forward pass, loss and gradients in training mode, with the weights' values as `valueOf` has them. Where there is an input
   * `loss_scale`, which float16 brings, gradients are computed of the loss times it and then divided by it.
   */
  train(inputs: NamedTensors, valueOf: ValueOf): TrainOutcome;
  /** Forward pass and loss in inference mode. */
  evaluate(inputs: NamedTensors, valueOf: ValueOf): NamedTensors;
}

/** Value that a pass uses for a weight: its own (`ownValue`), a nearby point (SAM), or an average over steps (EMA). */
export type ValueOf = (weight: Weight) => Tensor;

/** Every weight's own value. */
export const ownValue: ValueOf = ({ variable }) => variable;

export interface InputSpec {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

export type NamedTensors = Readonly<Record<string, Tensor>>;

/** A named array of the model: a trained one, or a statistic that the forward pass moves. */
export interface Weight {
  /** Unique, `block2a_expand_conv/kernel`: what checkpoints and weight files know it by. */
  readonly name: string;
  readonly variable: Variable;
  readonly trainable: boolean;
  /** How many blocks of the model lie between it and the output: 0 in the classifier, 1 in the last block. */
  readonly depth: number;
}

export interface TrainOutcome {
  /** What the caller reads after the step, e.g. `loss` and `predictions`. */
  readonly outputs: NamedTensors;
  /** One per trainable weight. */
  readonly gradients: ReadonlyMap<Weight, Tensor>;
  /** New values of weights that are not trained: moving mean and variance. */
  readonly assignments: ReadonlyMap<Weight, Tensor>;
  /** Scalar: by how much this batch counts where several make one step. Default: 1. */
  readonly weight?: Tensor;
}

/** An update rule in tensor arithmetic, so that it runs eagerly and traces alike. */
export interface Optimizer {
  /** With all that its arithmetic depends on besides inputs, e.g. `momentum(nesterov)`. */
  readonly signature: string;
  /** Arrays kept per trained weight, of its shape, e.g. `m` and `v`. They start as a number, or as the weight. */
  readonly slots: readonly { readonly name: string; readonly initial: number | 'weight' }[];
  /** Numbers kept once, e.g. `beta1_power`. */
  readonly scalars: readonly { readonly name: string; readonly initial: number }[];
  /**
   * Scalar inputs that it takes besides `learning_rate`, with their values for the step after `stepsDone`: always the same
   * names. A program lists them among its inputs, and who runs it feeds them: what differs here shares a graph.
   */
  inputs(stepsDone: number): Readonly<Record<string, number>>;
  /** What is made of all gradients together, before the weights are updated one by one. */
  readonly prepare?: (
    gradients: ReadonlyMap<Weight, Tensor>,
    inputs: NamedTensors,
    valueOf: ValueOf,
  ) => ReadonlyMap<Weight, Tensor>;
  /** New value of a weight and of its slots, save those that `follow` keeps. */
  update(state: UpdateState): Update;
  /** What becomes of a weight after its update: `before` is its value before. Returns the slots that it keeps. */
  readonly follow?: (state: FollowState) => Update;
  /** New values of the scalars, once per step after all weights. */
  advance(scalars: NamedTensors, inputs: NamedTensors): NamedTensors;
  /** Optimizer slot used for evaluation instead of the weight (EMA). Default: the weight. */
  readonly evaluates?: string;
  /** A TensorFlow kernel that does the same in one call (`ResourceApplyAdam`), used where a step is compiled. */
  readonly kernel?: OptimizerKernel;
}

/** One weight before its update. `inputs` are the step's inputs, `learning_rate` as it is for this weight. */
export interface UpdateState {
  readonly value: Tensor;
  readonly gradient: Tensor;
  readonly slots: NamedTensors;
  readonly scalars: NamedTensors;
  readonly inputs: NamedTensors;
}

/** One weight after its update. */
export type FollowState = Omit<UpdateState, 'gradient'> & { readonly before: Tensor };

export interface Update {
  readonly value: Tensor;
  readonly slots: NamedTensors;
}

/** How a `ResourceApply...` op is called: names of what it takes, in order, after the weight itself. */
export interface OptimizerKernel {
  readonly op: string;
  readonly operands: readonly (
    { readonly slot: string } | { readonly scalar: string } | { readonly input: string } | 'gradient'
  )[];
  readonly attributes: Readonly<Record<string, boolean>>;
}

/** Values of a step's inputs: typed arrays, or plain numbers for scalars. */
export type StepInputs = Readonly<Record<string, Float32Array | Int32Array | number>>;
export type StepOutputs = Readonly<Record<string, Float32Array | Int32Array>>;
/** Weights, optimizer slots (`<weight>@<slot>`) and scalars (`@<scalar>`) by name: all that a checkpoint needs. */
export type StepState = ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;

/** A program that can be run. The eager and the compiled one share this interface and one suite of tests. */
export interface Step {
  /** How the last step ran, or the next one will as far as is known: compiled steps may turn out to need the eager way. */
  readonly kind: 'eager' | 'compiled';
  /**
   * Computes the gradients of a batch and keeps them for the next `train`, which takes its step by the mean of all, weighted
   * by `TrainOutcome.weight`. Statistics move at once; the kept gradients are no part of the state: `restore` drops them.
   *
   * @throws InputError STEP_PROGRAM where the program does not accumulate
   */
  accumulate(inputs: StepInputs): StepOutputs;
  /** One optimizer step. Returns the outputs of `Program.train`. */
  train(inputs: StepInputs): StepOutputs;
  /** Outputs of `Program.evaluate`, which takes the same inputs; changes nothing. */
  evaluate(inputs: StepInputs): StepOutputs;
  read(): StepState;
  /** Takes a whole state; throws where a name or shape is missing, extra or different. */
  restore(state: StepState): void;
  /** Frees what it holds natively. Safe to call twice. */
  close(): void;
}
