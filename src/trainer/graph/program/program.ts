import type { Precision } from '../../training/parameters/computation.js';
import type { Tensor, Variable } from '../native/tensorflow.js';

export type { Precision };

/**
 * A training step as a pure function over tensors. Written once and run in two ways: eagerly (op by op), or traced into one
 * TensorFlow graph. Pure means: it reads weights and inputs, returns new values and assigns nothing. Everything that changes from
 * step to step (learning rate, gamma, step counter) is an input, and tensor values are never read in JavaScript.
 */
export interface Program {
  /** Everything that can change the graph, as one string: model, shapes, loss. Part of the key of the cached graph. */
  readonly signature: string;
  /** Inputs that the caller feeds at each step. Shapes are static, with the batch dimension first. */
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly weights: readonly Weight[];
  readonly optimizer: Optimizer;
  /** Whether `Step.accumulate` can be used. Needs one more array per trained weight. Default: false. */
  readonly accumulates?: boolean;
  /** Data type that a compiled step uses where it is faster. Eager steps always use float32. Default: float32. */
  readonly precision?: Precision;
  /**
   * Forward pass, loss and gradients in training mode, with the weights' values from `valueOf`. If there is an input `loss_scale`
   * (float16), computes the gradients of loss * loss_scale and divides them by loss_scale.
   */
  train(inputs: NamedTensors, valueOf: ValueOf): TrainOutcome;
  /** Forward pass and loss in inference mode. */
  evaluate(inputs: NamedTensors, valueOf: ValueOf): NamedTensors;
}

/** The value of a weight in a pass: the weight itself (`ownValue`), a perturbed weight (SAM), or an average over steps (EMA). */
export type ValueOf = (weight: Weight) => Tensor;

/** Uses each weight's current value. */
export const ownValue: ValueOf = ({ variable }) => variable;

export interface InputSpec {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

export type NamedTensors = Readonly<Record<string, Tensor>>;

/** A named array of the model: a trainable weight, a frozen one, or a moving statistic of batch norm. */
export interface Weight {
  /** Unique name in checkpoints and weight files, e.g. `block2a_expand_conv/kernel`. */
  readonly name: string;
  readonly variable: Variable;
  readonly trainable: boolean;
  /** Distance from the output in blocks: 0 in the classifier, 1 in the last block. */
  readonly depth: number;
}

export interface TrainOutcome {
  /** Values that the caller reads after the step, e.g. `losses` and `logits`. */
  readonly outputs: NamedTensors;
  /** One per trainable weight. */
  readonly gradients: ReadonlyMap<Weight, Tensor>;
  /** New values of weights that are not trainable: moving mean and variance. */
  readonly assignments: ReadonlyMap<Weight, Tensor>;
  /** Scalar: weight of this batch when several batches make one step. Default: 1. */
  readonly weight?: Tensor;
}

/** An update rule in tensor arithmetic. It can run eagerly or be traced. */
export interface Optimizer {
  /** Identifies the arithmetic, apart from inputs, e.g. `sgd(nesterov)`. Part of the key of the cached graph. */
  readonly signature: string;
  /** Arrays kept per trained weight, with its shape, e.g. `m` and `v`. Initialized to a number or to the weight. */
  readonly slots: readonly { readonly name: string; readonly initial: number | 'weight' }[];
  /** Numbers kept once per optimizer, e.g. `beta1_power`. */
  readonly scalars: readonly { readonly name: string; readonly initial: number }[];
  /**
   * Scalar inputs besides `learning_rate`, with their values for the step after `stepsDone` steps. The names are always the same.
   * They are inputs of the program, fed at each step, so trials that differ only in these values share a graph.
   */
  inputs(stepsDone: number): Readonly<Record<string, number>>;
  /** Changes all gradients together before the weights are updated, e.g. clips them by their global norm. */
  readonly prepare?: (
    gradients: ReadonlyMap<Weight, Tensor>,
    inputs: NamedTensors,
    valueOf: ValueOf,
  ) => ReadonlyMap<Weight, Tensor>;
  /** New value of a weight and of its slots, except the slots that `follow` returns. */
  update(state: UpdateState): Update;
  /** Changes a weight after its update, e.g. for weight decay. Returns the new value and its own slots. */
  readonly follow?: (state: FollowState) => Update;
  /** New values of the scalars. Called once per step, after all weights are updated. */
  advance(scalars: NamedTensors, inputs: NamedTensors): NamedTensors;
  /** Optimizer slot used for evaluation instead of the weight (EMA). Default: the weight. */
  readonly evaluates?: string;
  /** A TensorFlow kernel equivalent to `update` (e.g. `ResourceApplyAdam`), used by compiled steps. */
  readonly kernel?: OptimizerKernel;
}

/** One weight before its update. `inputs` are the step's inputs, with the `learning_rate` of this weight. */
export interface UpdateState {
  readonly value: Tensor;
  readonly gradient: Tensor;
  readonly slots: NamedTensors;
  readonly scalars: NamedTensors;
  readonly inputs: NamedTensors;
}

/** One weight after its update; `before` is its value before the update. */
export type FollowState = Omit<UpdateState, 'gradient'> & { readonly before: Tensor };

export interface Update {
  readonly value: Tensor;
  readonly slots: NamedTensors;
}

/** How to call a `ResourceApply...` op: the operands after the weight itself, in order. */
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
/** Weights, optimizer slots (`<weight>@<slot>`) and scalars (`@<scalar>`) by name: the complete state of a step. */
export type StepState = ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;

/** A program that can be run. Eager and compiled steps share this interface and one test suite. */
export interface Step {
  /** How steps run. Can change from `compiled` to `eager`, or back, at the first step. */
  readonly kind: 'eager' | 'compiled';
  /**
   * Computes the gradients of a batch and keeps them for the next `train`, which uses the mean gradients of all batches, weighted
   * by `TrainOutcome.weight`. Moving statistics are updated at once. Kept gradients are not part of the state; `restore` drops
   * them.
   *
   * @throws InputError STEP_PROGRAM if the program does not accumulate gradients
   */
  accumulate(inputs: StepInputs): StepOutputs;
  /** One optimizer step. Returns the outputs of `Program.train`. */
  train(inputs: StepInputs): StepOutputs;
  /** Returns the outputs of `Program.evaluate`, which takes the same inputs. Changes no state. */
  evaluate(inputs: StepInputs): StepOutputs;
  read(): StepState;
  /** Replaces the whole state. @throws InputError STEP_STATE if a name or shape does not match; nothing is changed then */
  restore(state: StepState): void;
  /** Frees native memory. Safe to call twice. */
  close(): void;
}
