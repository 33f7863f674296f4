import type { Tensor, Variable } from '../tensorflow.js';

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
  /** Forward pass, loss and gradients in training mode. */
  train(inputs: NamedTensors): TrainOutcome;
  /** Forward pass and loss in inference mode. */
  evaluate(inputs: NamedTensors): NamedTensors;
}

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
}

/** An update rule in tensor arithmetic, one weight at a time, so that it runs eagerly and traces alike. */
export interface Optimizer {
  /** With its constants, e.g. `adam(beta1=0.9,beta2=0.999,epsilon=1e-7)`. */
  readonly signature: string;
  /** Arrays kept per trained weight, of its shape, e.g. `m` and `v`. */
  readonly slots: readonly { readonly name: string; readonly initial: number }[];
  /** Numbers kept once, e.g. `beta1_power`. */
  readonly scalars: readonly { readonly name: string; readonly initial: number }[];
  /** New value of a weight and of its slots. `inputs` are the step's inputs (`learning_rate` among them). */
  update(state: {
    readonly value: Tensor;
    readonly gradient: Tensor;
    readonly slots: NamedTensors;
    readonly scalars: NamedTensors;
    readonly inputs: NamedTensors;
  }): { readonly value: Tensor; readonly slots: NamedTensors };
  /** New values of the scalars, once per step after all weights. */
  advance(scalars: NamedTensors): NamedTensors;
  /** A TensorFlow kernel that does the same in one call (`ResourceApplyAdam`), used where a step is compiled. */
  readonly kernel?: OptimizerKernel;
}

/** How a `ResourceApply...` op is called: names of what it takes, in order, after the weight itself. */
export interface OptimizerKernel {
  readonly op: string;
  readonly operands: readonly (
    | { readonly slot: string }
    | { readonly scalar: string }
    | { readonly input: string }
    | { readonly constant: number }
    | 'gradient'
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
