import { setImmediate } from 'node:timers/promises';
import { InputError } from '../core/errors.js';
import { randomInt, seededRandom, type Random } from '../core/random.js';
import type { EpochReport, Metrics, TrainingContext } from '../core/training.js';
import type { Checkpoint, CheckpointOwner, EpochPlace, Resumable, TrialPlace } from './checkpoints/checkpoint.js';
import { classifierProgram } from './classifier-program.js';
import { readSettings, type ClassifierSettings } from './classifier-settings.js';
import type { ImageDataset } from './data/dataset.js';
import { openImageDataset } from './data/open-image-dataset.js';
import { DivergedError } from './diverged-error.js';
import { EpochTally, type TallyState } from './epoch-tally.js';
import type { Batch } from './input/batch.js';
import { BatchFeed } from './input/batch-feed.js';
import { countBatches, partOf, type BatchSource, type Pass } from './input/batch-source.js';
import { lossFeeds, type LossSettings } from './losses/loss.js';
import { imageClassifier } from './manifest.js';
import { buildModel, type Model } from './models/model.js';
import { buildOptimizer } from './optimizers/optimizer.js';
import { sharpnessAware } from './optimizers/sharpness-aware.js';
import type { OptimizationSettings } from './parameters/optimization.js';
import { parameterInvalid } from './parameters/reader.js';
import { learningRateAt } from './schedules/schedule.js';
import { partSize, splitBatch } from './split-batch.js';
import { createCompiledStep } from './step/compiled-step.js';
import { createEagerStep } from './step/eager-step.js';
import type { Optimizer, Program, Step, StepInputs } from './step/program.js';
import { createSessionPool } from './step/session-pool.js';
import { openPretrained, type Pretrained } from './weights/pretrained.js';

/** Graphs that wait for this thread's next trial, which may differ from the last in numbers alone. */
const sessions = createSessionPool();

export interface EpochOptions {
  /** Where in the epoch to begin; default: at its start. */
  readonly from?: EpochPlace | undefined;
  /** Called between two steps with the training steps that are done and what they add up to. */
  readonly betweenSteps?: (step: number, tally: () => TallyState) => Promise<void>;
}

interface StepPlace {
  readonly epoch: number;
  /** In the epoch, from 0. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** int32 [2]: what chance of the step follows from. */
  readonly seed: Int32Array;
}

/**
 * One trial of the image classifier, ready to train. What happens in an epoch depends on the weights it begins with, the
 * parameters, the seed and the epoch's number, and on nothing that happened before.
 */
export class ClassifierTrial implements Resumable {
  readonly settings: ClassifierSettings;
  /** Holds the weights and what the optimizer remembers. */
  readonly step: Step;
  readonly #context: TrainingContext;
  readonly #dataset: ImageDataset;
  readonly #model: Model;
  readonly #source: BatchSource;
  readonly #feed: BatchFeed;
  readonly #optimizer: Optimizer;
  readonly #lossFeeds: StepInputs;
  /** Images on the device at a time: a batch, or what of it fits. */
  readonly #partSize: number;
  /** Metrics of the epochs that are done. */
  #history: readonly Metrics[] = [];

  /**
   * Opens the dataset, which decodes it where that has not been done, and builds the model.
   *
   * @throws InputError PARAMETER_UNKNOWN, PARAMETER_INVALID, DATASET_MISSING, BATCH_TOO_LARGE, and what the dataset and `openPretrained` throw
   */
  static async open(context: TrainingContext): Promise<ClassifierTrial> {
    const settings = readSettings(context.params);
    const dataset = await openDataset(context, settings);
    let model: Model | undefined;
    let pretrained: Pretrained | undefined;
    try {
      requireFullBatch(settings.optimization, dataset.train.count);
      const classes = dataset.classNames.length;
      const { backbone, unfreeze } = settings.model;
      pretrained = await openPretrained(settings.model, context.files);
      model = buildModel({ backbone, unfreeze, classes, seed: context.seed, ...pretrained?.options });
      pretrained?.load(model, classes);
      return new ClassifierTrial(context, settings, dataset, model);
    } catch (error) {
      model?.dispose();
      dataset.close();
      throw error;
    } finally {
      pretrained?.close();
    }
  }

  private constructor(context: TrainingContext, settings: ClassifierSettings, dataset: ImageDataset, model: Model) {
    const { optimization } = settings;
    const { cacheDir, warn, microBatch = optimization.batchSize } = context;
    this.settings = settings;
    this.#context = context;
    this.#dataset = dataset;
    this.#model = model;
    this.#source = batchSource(dataset, settings, context.seed);
    this.#optimizer = buildOptimizer(optimization.optimizer);
    this.#lossFeeds = lossFeeds(optimization.loss, countClasses(this.#source, optimization.loss));
    this.#partSize = partSize(this.#source.batchSize, Math.min(microBatch, optimization.batchSize));
    const program = this.#program();
    this.step = settings.computation.compile
      ? createCompiledStep(program, { cacheDir, warn, sessions })
      : createEagerStep(program);
    this.#feed = new BatchFeed(this.#source, { signal: context.signal, now: () => performance.now() });
  }

  /**
   * Trains on every image once, in an order of the epoch's own, and validates. Images that do not fill a last batch are
   * left out: other ones in each epoch. Metrics of training are those of the steps as they were taken.
   *
   * @param epoch - counted from 1
   * @param options - to begin within the epoch, and to save within it
   * @returns what is to be reported of it
   * @throws DivergedError; the signal's reason where it is aborted
   */
  async runEpoch(epoch: number, { from, betweenSteps }: EpochOptions = {}): Promise<EpochReport> {
    const { validation, classNames } = this.#dataset;
    const random = seededRandom(this.#context.seed, 'noise', epoch);
    const training: Pass = { part: 'train', epoch };
    const validating: Pass = { part: 'validation' };
    const trainSteps = countBatches(this.#source, training);
    const steps = trainSteps + countBatches(this.#source, validating);

    const trained = new EpochTally({ classes: classNames.length });
    let step = 0;
    if (from !== undefined) {
      trained.restore(from.tally);
      for (; step < from.step; step++) drawSeed(random);
    }
    const between = async (trainedSteps: number): Promise<void> => {
      await this.#say(epoch, step, steps);
      await betweenSteps?.(trainedSteps, () => trained.state());
      this.#context.signal.throwIfAborted();
    };
    for await (const batch of this.#feed.batches(training, { start: step, next: validating })) {
      const loss = this.#train(batch, { epoch, step, stepsPerEpoch: trainSteps, seed: drawSeed(random) }, trained);
      step++;
      if (!Number.isFinite(loss)) throw new DivergedError(loss, epoch, step);
      await between(step);
    }

    const validated = new EpochTally({ classes: classNames.length, ranked: validation.count });
    const next: Pass | undefined =
      epoch < this.settings.optimization.epochs ? { part: 'train', epoch: epoch + 1 } : undefined;
    for await (const batch of this.#feed.batches(validating, { next })) {
      for (const part of splitBatch(batch, this.#partSize)) {
        const loss = validated.add(part, this.step.evaluate(this.#feeds(part)));
        if (!Number.isFinite(loss)) throw new DivergedError(loss, epoch);
      }
      step++;
      await between(trainSteps);
    }
    const metrics = { ...trained.metrics(), ...validated.metrics('val_') };
    this.#history = [...this.#history.slice(0, epoch - 1), metrics];
    return { epoch, metrics, classes: validated.classes(classNames) };
  }

  /** Share of the time since it was last asked for that went by in waiting for images. From 0 to 1. */
  takeWaitShare(): number {
    return this.#feed.takeWaitShare();
  }

  get owner(): CheckpointOwner {
    const { seed, params } = this.#context;
    const { classNames, train } = this.#dataset;
    const trainer = `${imageClassifier.name}@${imageClassifier.version}`;
    return { trainer, seed, params, classNames, images: train.count };
  }

  snapshot(place: TrialPlace): Omit<Checkpoint, 'owner'> {
    return { place, history: this.#history, state: this.step.read() };
  }

  restore({ history, state }: Checkpoint): void {
    this.step.restore(state);
    this.#history = history;
  }

  /** Frees all of it. Safe to call twice. */
  close(): void {
    void this.#feed.close();
    this.step.close();
    this.#model.dispose();
    this.#dataset.close();
  }

  /** Takes one step, part by part where the batch does not go at once. Returns the mean loss of the last part. */
  #train(batch: Batch, place: StepPlace, tally: EpochTally): number {
    const { epoch, step, stepsPerEpoch, seed } = place;
    const stepsDone = (epoch - 1) * stepsPerEpoch + step;
    const validationLosses = this.#history.slice(0, epoch - 1).map((metrics) => metrics['val_loss']!);
    const { schedule } = this.settings.optimization;
    const { weights } = this.settings.model;
    const ofStep = {
      learning_rate: learningRateAt(schedule, { step: stepsDone, stepsPerEpoch, validationLosses }),
      ...this.#optimizer.inputs(stepsDone),
      statistics_momentum: weights === 'none' ? statisticsMomentum(stepsDone) : LONG_RUN_MOMENTUM,
    };
    const parts = [...splitBatch(batch, this.#partSize)];
    let loss = 0;
    for (const [index, part] of parts.entries()) {
      const random_seed = Int32Array.of(seed[0]! + index, seed[1]!);
      const feeds = { ...this.#feeds(part), ...ofStep, random_seed };
      const isLast = index === parts.length - 1;
      loss = tally.add(part, isLast ? this.step.train(feeds) : this.step.accumulate(feeds));
      if (!Number.isFinite(loss)) return loss;
    }
    return loss;
  }

  /** What training and validation are fed alike; chance, rates and moving statistics play no part in validation. */
  #feeds({ images, targets, weights }: Batch): StepInputs {
    const { rho, layerDecay } = this.settings.optimization;
    const { dropout, dropConnect } = this.settings.model;
    return {
      images,
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

  #program(): Program {
    const { model, optimization } = this.settings;
    const program = classifierProgram({
      model: this.#model,
      optimizer: this.#optimizer,
      loss: optimization.loss.kind,
      classes: this.#source.classes,
      batchSize: this.#partSize,
      imageSize: model.imageSize,
      accumulates: this.#partSize < this.#source.batchSize,
    });
    return optimization.rho === undefined ? program : sharpnessAware(program);
  }

  /** Says how far the epoch is, and lets in what has arrived meanwhile: a step keeps the thread busy from end to end. */
  async #say(epoch: number, step: number, steps: number): Promise<void> {
    this.#context.progress({ epoch, epochs: this.settings.optimization.epochs, step, steps });
    await setImmediate();
  }
}

async function openDataset(context: TrainingContext, settings: ClassifierSettings): Promise<ImageDataset> {
  const { dataset: path, cacheDir, seed, warn, signal, progress } = context;
  if (path === undefined) {
    throw new InputError('DATASET_MISSING', 'the image classifier has no images to train on', {
      hint: 'Name a folder of images with "dataset:" in the sweep file.',
    });
  }
  const { imageSize } = settings.model;
  const onPrepared = (done: number, total: number): void => progress({ preparing: 'images', done, total });
  return openImageDataset({ path, imageSize, cacheDir, seed, warn, signal, onPrepared, ...settings.data });
}

function batchSource(dataset: ImageDataset, settings: ClassifierSettings, seed: number): BatchSource {
  const { model, optimization, augmentation } = settings;
  return {
    batchSize: optimization.batchSize * optimization.accumulateSteps,
    imageSize: model.imageSize,
    classes: dataset.classNames.length,
    seed,
    train: partOf(dataset.train),
    validation: partOf(dataset.validation),
    augmentation,
  };
}

/** The two words from which a step's dropout masks follow. */
const drawSeed = (random: Random): Int32Array => Int32Array.of(randomInt(random, 2 ** 32), randomInt(random, 2 ** 32));

/**
 * Keras' 0.99 in the long run, less in the first 890 steps, as TensorFlow's `ExponentialMovingAverage` has it: the
 * statistics of batch norm start as placeholders, and after a hundred steps at 0.99 a third of them would still be that.
 * Those that come with weights are not, and have 0.99 from the first step on.
 */
function statisticsMomentum(stepsDone: number): number {
  return Math.min(LONG_RUN_MOMENTUM, (1 + stepsDone) / (10 + stepsDone));
}

const LONG_RUN_MOMENTUM = 0.99;

function requireFullBatch({ batchSize, accumulateSteps }: OptimizationSettings, images: number): void {
  const wanted = batchSize * accumulateSteps;
  if (wanted <= images) return;
  const times = accumulateSteps === 1 ? '' : `, accumulate_steps ${accumulateSteps}`;
  throw new InputError(
    'BATCH_TOO_LARGE',
    `batch_size is ${batchSize}${times}, but there are ${images} images to train on`,
    {
      hint: 'Lower batch_size or raise train_samples.',
    },
  );
}

/**
 * Training images of each class.
 *
 * @throws InputError PARAMETER_INVALID where `alpha` does not have a number for each
 */
function countClasses({ train, classes }: BatchSource, { alpha }: LossSettings): number[] {
  if (typeof alpha === 'object' && alpha.length !== classes) {
    throw parameterInvalid('alpha', [...alpha], `The dataset has ${classes} classes: give a number for each.`);
  }
  const counts = Array.from({ length: classes }, () => 0);
  if (train.targets === undefined) for (const label of train.labels) counts[label]!++;
  else for (const [place, target] of train.targets.entries()) counts[place % classes]! += target;
  return counts;
}
