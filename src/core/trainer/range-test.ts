/** One step of a range test of the learning rate. */
export interface RangePoint {
  /** Counted from 1. */
  readonly step: number;
  readonly learningRate: number;
  /** Mean loss of the step's batch, before the step. */
  readonly loss: number;
  /** Running average of the losses up to this one. */
  readonly smoothedLoss: number;
}

/** Learning rates that a range test suggests. */
export interface Suggestions {
  /** The middle of the longest descent: what fastai's `lr_find` suggests unless told otherwise. */
  readonly valley: number;
  /** Where the loss falls fastest. */
  readonly steepest: number;
  /** A tenth of the rate with the lowest loss. */
  readonly minimum: number;
}

/** Last steps of a test, in which the loss has diverged: suggestions and drawings leave them out, as fastai does. */
export const DIVERGED_STEPS = 5;

/** Hears how range tests get on. */
export interface RangeTestListener {
  /** Before the first of them. `maxSteps`: steps of a test that does not end early. */
  begin(backbones: readonly string[], maxSteps: number): void;
  /** `done` of `total` units (`what`) are done; without them, work that is not counted. */
  prepare(backbone: string, work: { readonly what: string; readonly done?: number; readonly total?: number }): void;
  step(backbone: string, point: RangePoint): void;
  say(message: string): void;
  /** After the last of them, also where they fail. */
  end(): void;
}
