import type { TrainingContext } from '../../core/training.js';
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

/** Graphs that wait for this thread's next trial, which may differ from the last in numbers alone. */
const sessions = createSessionPool();

/** What the batches are like, and the labels that they are taken from. */
export type StepSource = BatchShape & { readonly train: Pick<Part, 'labels' | 'targets'> };

export interface StepPlace extends SchedulePosition {
  /** int32 [2]: what chance of the step follows from. */
  readonly seed: Int32Array;
  /** In place of the schedule's. */
  readonly learningRate?: number;
}

/**
 * Takes whole batches, in parts where they do not go at once, and feeds the step what the settings and the place in the
 * training make of its inputs.
 */
export class BatchRunner {
  /** Holds the weights and what the optimizer remembers. */
  readonly step: Step;
  readonly #settings: ClassifierSettings;
  readonly #optimizer: Optimizer;
  readonly #lossFeeds: StepInputs;
  /** What the step calls what a batch has of its images. */
  readonly #sample: 'images' | 'features';
  /** Images on the device at a time. */
  readonly #partSize: number;

  /**
   * @param source - where the batches come from; each of its batches makes one step
   * @throws InputError PARAMETER_INVALID where `alpha` does not have a number for each class, and for float16 without a GPU
   */
  constructor(settings: ClassifierSettings, source: StepSource, model: Model, context: TrainingContext) {
    const { optimization, computation } = settings;
    const { cacheDir, warn, microBatch = optimization.batchSize } = context;
    if (computation.precision === 'float16' && !nativeBackend().binding.isUsingGpuDevice()) {
      throw parameterInvalid('precision', 'float16', 'No CPU is faster with it: take bfloat16 or float32, or a GPU.');
    }
    this.#settings = settings;
    this.#sample = source.features ? 'features' : 'images';
    this.#optimizer = buildOptimizer(optimization.optimizer);
    this.#lossFeeds = lossFeeds(optimization.loss, countClasses(source, optimization.loss));
    this.#partSize = partSize(source.batchSize, Math.min(microBatch, optimization.batchSize));
    const program = this.#program(source, model);
    this.step = computation.compile
      ? createCompiledStep(program, { cacheDir, warn, sessions })
      : createEagerStep(program);
  }

  /** Takes one step. Returns the batch's mean loss, or that of its first part whose loss is no number. */
  train(batch: Batch, place: StepPlace, accumulator: MetricAccumulator): number {
    const ofStep = this.#feedsAt(place);
    const parts = [...splitBatch(batch, this.#partSize)];
    let sum = 0;
    for (const [index, part] of parts.entries()) {
      // Another mask for each part; the second word tells the layers apart.
      const random_seed = Int32Array.of(place.seed[0]! + index, place.seed[1]!);
      const feeds = { ...this.#feeds(part), ...ofStep, random_seed };
      const isLast = index === parts.length - 1;
      const loss = accumulator.add(part, isLast ? this.step.train(feeds) : this.step.accumulate(feeds));
      if (!Number.isFinite(loss)) return loss;
      sum += loss * part.count;
    }
    return sum / batch.count;
  }

  /** Changes nothing. Returns the batch's mean loss. */
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

  /** What training and validation are fed alike; chance, rates and moving statistics play no part in validation. */
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
 * Keras' 0.99 in the long run, less in the first 890 steps, as TensorFlow's `ExponentialMovingAverage` has it: the
 * statistics of batch norm start as placeholders, and after a hundred steps at 0.99 a third of them would still be that.
 * Those that come with weights are not, and have 0.99 from the first step on.
 */
function statisticsMomentum(stepsDone: number): number {
  return Math.min(LONG_RUN_MOMENTUM, (1 + stepsDone) / (10 + stepsDone));
}

const LONG_RUN_MOMENTUM = 0.99;

/** Training images of each class. */
function countClasses({ train, classes }: StepSource, { alpha }: LossSettings): number[] {
  if (typeof alpha === 'object' && alpha.length !== classes) {
    throw parameterInvalid('alpha', [...alpha], `The dataset has ${classes} classes: give a number for each.`);
  }
  const counts = Array.from({ length: classes }, () => 0);
  if (train.targets === undefined) for (const label of train.labels) counts[label]!++;
  else for (const [place, target] of train.targets.entries()) counts[place % classes]! += target;
  return counts;
}
