import type { TrainingContext } from '../../core/trainer/training.js';
import { classifierProgram } from './classifier-program.js';
import type { ClassifierSettings } from './classifier-settings.js';
import type { Batch, BatchShape } from '../data/input/batch.js';
import type { Part } from '../data/input/batch-source.js';
import { lossFeeds } from './losses/loss.js';
import type { Model } from '../networks/model.js';
import { buildOptimizer } from './optimizers/optimizer.js';
import { sharpnessAware } from './optimizers/sharpness-aware.js';
import type { LossSettings } from './parameters/loss.js';
import { parameterInvalid } from './parameters/reader.js';
import { learningRateAt, type SchedulePosition } from './schedules/schedule.js';
import { partSize, splitBatch } from './split-batch.js';
import { nativeBackend } from '../graph/native/backend.js';
import { createCompiledStep } from '../graph/running/compiled-step.js';
import { createEagerStep } from '../graph/running/eager-step.js';
import type { Optimizer, Program, Step, StepInputs } from '../graph/program/program.js';
import { createSessionPool } from '../graph/running/session-pool.js';
import type { MetricAccumulator } from './metrics/metric-accumulator.js';

/** Sessions kept for this thread's next trial. It can reuse one if it differs from the last trial only in numeric inputs. */
const sessions = createSessionPool();

/** Shape of the batches, and the labels of the training images. */
export type StepSource = BatchShape & { readonly train: Pick<Part, 'labels' | 'targets'> };

export interface StepPlace extends SchedulePosition {
  /** Seed of the step's random numbers: int32 [2]. */
  readonly seed: Int32Array;
  /** Used instead of the schedule's learning rate. */
  readonly learningRate?: number;
}

/**
 * Runs training and evaluation steps on whole batches, split into micro-batches where a batch does not fit on the device.
 * Computes the step's inputs (learning rate, dropout, loss weights) from the settings and the position in training.
 */
export class BatchRunner {
  /** Holds the weights and the optimizer's state. */
  readonly step: Step;
  readonly #settings: ClassifierSettings;
  readonly #optimizer: Optimizer;
  readonly #lossFeeds: StepInputs;
  /** Name of the step's input that takes the batch's images or their features. */
  readonly #sample: 'images' | 'features';
  /** Images per micro-batch. */
  readonly #partSize: number;

  /**
   * @param source - one of its batches makes one step
   * @throws InputError PARAMETER_INVALID if `alpha` does not have one number per class, or for float16 without a GPU
   */
  constructor(settings: ClassifierSettings, source: StepSource, model: Model, context: TrainingContext) {
    const { optimization, computation } = settings;
    const { cacheDir, warn, progress, microBatch = optimization.batchSize } = context;
    if (computation.precision === 'float16' && !nativeBackend().binding.isUsingGpuDevice()) {
      throw parameterInvalid('precision', 'float16', 'float16 needs a GPU. Use bfloat16 or float32 on a CPU.');
    }
    this.#settings = settings;
    this.#sample = source.features ? 'features' : 'images';
    this.#optimizer = buildOptimizer(optimization.optimizer);
    this.#lossFeeds = lossFeeds(optimization.loss, countClasses(source, optimization.loss));
    this.#partSize = partSize(source.batchSize, Math.min(microBatch, optimization.batchSize));
    const program = this.#program(source, model);
    this.step = computation.compile
      ? createCompiledStep(program, { cacheDir, warn, sessions, onCompile: () => progress({ preparing: 'compiling' }) })
      : createEagerStep(program);
  }

  /** Takes one step. Returns the batch's mean loss; if a micro-batch's loss is not finite, stops there and returns that loss. */
  train(batch: Batch, place: StepPlace, accumulator: MetricAccumulator): number {
    const ofStep = this.#feedsAt(place);
    const parts = [...splitBatch(batch, this.#partSize)];
    let sum = 0;
    for (const [index, part] of parts.entries()) {
      // Each micro-batch gets its own dropout masks. Layers derive their own seed from the second word.
      const random_seed = Int32Array.of(place.seed[0]! + index, place.seed[1]!);
      const feeds = { ...this.#feeds(part), ...ofStep, random_seed };
      const isLast = index === parts.length - 1;
      const loss = accumulator.add(part, isLast ? this.step.train(feeds) : this.step.accumulate(feeds));
      if (!Number.isFinite(loss)) return loss;
      sum += loss * part.count;
    }
    return sum / batch.count;
  }

  /** Evaluates without changing any state. Returns the batch's mean loss. */
  evaluate(batch: Batch, accumulator: MetricAccumulator): number {
    let sum = 0;
    for (const part of splitBatch(batch, this.#partSize)) {
      sum += part.count * accumulator.add(part, this.step.evaluate(this.#feeds(part)));
    }
    return sum / batch.count;
  }

  close(): void {
    this.step.close();
  }

  #program(source: StepSource, model: Model): Program {
    const { rho, loss } = this.#settings.optimization;
    const program = classifierProgram({
      model,
      optimizer: this.#optimizer,
      loss: loss.kind,
      classes: source.classes,
      batchSize: this.#partSize,
      imageSize: source.imageSize,
      featureWidth: source.features?.width,
      accumulates: this.#partSize < source.batchSize,
      precision: this.#settings.computation.precision,
    });
    return rho === undefined ? program : sharpnessAware(program);
  }

  /**
   * Inputs of a training or validation step. The seed, learning rate and statistics momentum given here do not affect
   * validation.
   */
  #feeds({ images, targets, weights }: Batch): StepInputs {
    const { rho, layerDecay } = this.#settings.optimization;
    const { dropout, dropConnect } = this.#settings.model;
    return {
      [this.#sample]: images,
      targets,
      sample_weights: weights,
      learning_rate: 0,
      layer_decay: layerDecay,
      ...this.#lossFeeds,
      ...this.#optimizer.inputs(0),
      ...(rho !== undefined && { rho }),
      dropout,
      drop_connect: dropConnect,
      statistics_momentum: 1,
      random_seed: new Int32Array(2),
    };
  }

  #feedsAt(place: StepPlace): StepInputs {
    const { optimization, model } = this.#settings;
    return {
      learning_rate: place.learningRate ?? learningRateAt(optimization.schedule, place),
      ...this.#optimizer.inputs(place.step),
      statistics_momentum: model.weights === 'none' ? statisticsMomentum(place.step) : LONG_RUN_MOMENTUM,
    };
  }
}

/**
 * Momentum of batch norm's moving statistics when training starts from random weights: min(0.99, (1 + steps) / (10 + steps)), as
 * in TensorFlow's `ExponentialMovingAverage`, so below Keras' 0.99 in the first 890 steps. The statistics start at arbitrary
 * values, which would still make up a third of them after 100 steps at 0.99. Pretrained statistics use 0.99 from the start.
 */
function statisticsMomentum(stepsDone: number): number {
  return Math.min(LONG_RUN_MOMENTUM, (1 + stepsDone) / (10 + stepsDone));
}

const LONG_RUN_MOMENTUM = 0.99;

/** Number of training images per class. */
function countClasses({ train, classes }: StepSource, { alpha }: LossSettings): number[] {
  if (typeof alpha === 'object' && alpha.length !== classes) {
    throw parameterInvalid('alpha', [...alpha], `The dataset has ${classes} classes: give one number per class.`);
  }
  const counts = Array.from({ length: classes }, () => 0);
  if (train.targets === undefined) for (const label of train.labels) counts[label]!++;
  else for (const [place, target] of train.targets.entries()) counts[place % classes]! += target;
  return counts;
}
