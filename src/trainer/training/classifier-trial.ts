import { setImmediate } from 'node:timers/promises';
import { InputError } from '../../core/errors.js';
import { randomInt, seededRandom, type Random } from '../../core/random.js';
import type { EpochReport, Metrics, TrainingContext } from '../../core/training.js';
import { BatchRunner } from './batch-runner.js';
import type {
  Checkpoint,
  CheckpointOwner,
  EpochPlace,
  InferenceFacts,
  Resumable,
  TrialPlace,
} from './checkpoints/checkpoint.js';
import { readSettings, type ClassifierSettings } from './classifier-settings.js';
import type { ImageDataset } from '../data/datasets/image-dataset.js';
import { openImageDataset } from '../data/datasets/open-image-dataset.js';
import { DivergedError } from './diverged-error.js';
import type { AccumulatorState } from './metrics/metric-accumulator.js';
import { decisiveParams } from './epoch-dependence.js';
import { featuresApply } from './features/features-apply.js';
import { frozenWeights } from './features/feature-program.js';
import { frozenFeatures } from './features/frozen-features.js';
import { BatchFeed } from '../data/input/batch-feed.js';
import { countBatches, partOf, type BatchSource, type FeatureSource, type Pass } from '../data/input/batch-source.js';
import type { Wait } from '../data/input/input-wait.js';
import { lossUnfit } from './loss-unfit.js';
import { imageClassifier } from '../manifest.js';
import { buildModel, type Model } from '../networks/model.js';
import type { OptimizationSettings } from './parameters/optimization.js';
import type { Step } from '../graph/program/program.js';
import { createAccumulator } from './metrics/create-accumulator.js';
import { scalingWarning } from '../networks/weights/matching/input-scaling.js';
import { openPretrained, type Pretrained } from '../networks/weights/pretrained.js';

export interface TrialOptions {
  /** Whether what a frozen backbone makes of the images is kept for other trials, where it can be. Default: true. */
  readonly keepsFeatures?: boolean;
}

export interface EpochOptions {
  /** Where in the epoch to begin; default: at its start. */
  readonly from?: EpochPlace | undefined;
  /** Called between two steps with the number of training steps done and the sums over them. */
  readonly betweenSteps?: (step: number, sums: () => AccumulatorState) => Promise<void>;
}

/**
 * One trial of the image classifier, ready to train. What happens in an epoch depends on the weights it begins with, the
 * parameters, the seed and the epoch's number, and on nothing that happened before.
 */
export class ClassifierTrial implements Resumable {
  readonly settings: ClassifierSettings;
  readonly #context: TrainingContext;
  readonly #dataset: ImageDataset;
  readonly #model: Model;
  readonly #inference: InferenceFacts | undefined;
  readonly #source: BatchSource;
  readonly #feed: BatchFeed;
  readonly #runner: BatchRunner;
  /** Metrics of the epochs that are done. */
  #history: readonly Metrics[] = [];

  /**
   * Opens the dataset, which decodes it where that has not been done, builds the model, and has features computed where the
   * backbone is frozen and they are not there.
   *
   * @throws InputError PARAMETER_UNKNOWN, PARAMETER_INVALID, DATASET_MISSING, BATCH_TOO_LARGE, LOSS_UNFIT, and what the
   *   dataset and `openPretrained` throw
   */
  static async open(context: TrainingContext, { keepsFeatures = true }: TrialOptions = {}): Promise<ClassifierTrial> {
    const settings = readSettings(context.params);
    const dataset = await openDataset(context, settings);
    let model: Model | undefined;
    let pretrained: Pretrained | undefined;
    try {
      requireFullBatch(settings.optimization, dataset.train.count);
      if (dataset.train.targets && settings.optimization.loss.kind !== 'sigmoid') throw lossUnfit();
      const classes = dataset.classNames.length;
      const { backbone, unfreeze } = settings.model;
      pretrained = await openPretrained(settings.model, context.files);
      if (pretrained?.assumedScaling !== undefined)
        context.warn(scalingWarning(settings.model.weights, pretrained.assumedScaling));
      model = buildModel({ backbone, unfreeze, classes, seed: context.seed, ...pretrained?.options });
      pretrained?.load(model, classes);
      const features =
        keepsFeatures && featuresApply(settings)
          ? await frozenFeatures({ context, settings, dataset, model })
          : undefined;
      const inference = inferenceFacts(dataset, pretrained);
      return new ClassifierTrial(context, settings, { dataset, model, features, inference });
    } catch (error) {
      model?.dispose();
      dataset.close();
      throw error;
    } finally {
      pretrained?.close();
    }
  }

  private constructor(
    context: TrainingContext,
    settings: ClassifierSettings,
    { dataset, model, features, inference }: Opened,
  ) {
    this.settings = settings;
    this.#context = context;
    this.#dataset = dataset;
    this.#model = model;
    this.#inference = inference;
    this.#source = { ...batchSource(dataset, settings, context.seed), features };
    this.#runner = new BatchRunner(settings, this.#source, model, context);
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
    const { train, validation, classNames } = this.#dataset;
    const isMultiLabel = train.targets !== undefined;
    const random = seededRandom(this.#context.seed, 'noise', epoch);
    const training: Pass = { part: 'train', epoch };
    const validating: Pass = { part: 'validation' };
    const trainSteps = countBatches(this.#source, training);
    const steps = trainSteps + countBatches(this.#source, validating);

    const validationLosses = this.#history.slice(0, epoch - 1).map((metrics) => metrics['val_loss']!);

    const trained = createAccumulator({ classes: classNames.length, isMultiLabel });
    let step = 0;
    if (from !== undefined) {
      trained.restore(from.sums);
      for (; step < from.step; step++) drawSeed(random);
    }
    const between = async (trainedSteps: number): Promise<void> => {
      await this.#say(epoch, step, steps);
      await betweenSteps?.(trainedSteps, () => trained.state());
      this.#context.signal.throwIfAborted();
    };
    for await (const batch of this.#feed.batches(training, { start: step, next: validating })) {
      const place = { step: (epoch - 1) * trainSteps + step, stepsPerEpoch: trainSteps, validationLosses };
      const loss = this.#runner.train(batch, { ...place, seed: drawSeed(random) }, trained);
      step++;
      if (!Number.isFinite(loss)) throw new DivergedError(loss, epoch, step);
      await between(step);
    }

    const validated = createAccumulator({ classes: classNames.length, isMultiLabel, ranked: validation.count });
    const next: Pass | undefined =
      epoch < this.settings.optimization.epochs ? { part: 'train', epoch: epoch + 1 } : undefined;
    for await (const batch of this.#feed.batches(validating, { next })) {
      const loss = this.#runner.evaluate(batch, validated);
      step++;
      if (!Number.isFinite(loss)) throw new DivergedError(loss, epoch);
      await between(trainSteps);
    }
    const metrics = { ...trained.metrics(), ...validated.metrics('val_') };
    this.#history = [...this.#history.slice(0, epoch - 1), metrics];
    const classes = validated.classes(classNames);
    return { epoch, metrics, ...(classes && { classes }) };
  }

  /**
   * Trains step after step at these rates instead of the schedule's, for as many epochs as it takes, without validation. What
   * is trained on, and by what chance, is what `runEpoch` would have trained on. Yields each step's rate and its mean loss,
   * which may be no number.
   *
   * @throws the signal's reason where it is aborted
   */
  async *trainAt(rates: readonly number[]): AsyncGenerator<{ readonly learningRate: number; readonly loss: number }> {
    const { train, classNames } = this.#dataset;
    const accumulator = createAccumulator({ classes: classNames.length, isMultiLabel: train.targets !== undefined });
    let step = 0;
    for (let epoch = 1; step < rates.length; epoch++) {
      const pass: Pass = { part: 'train', epoch };
      const random = seededRandom(this.#context.seed, 'noise', epoch);
      const stepsPerEpoch = countBatches(this.#source, pass);
      for await (const batch of this.#feed.batches(pass, { next: { part: 'train', epoch: epoch + 1 } })) {
        const learningRate = rates[step];
        if (learningRate === undefined) return;
        const place = { step, stepsPerEpoch, validationLosses: [], learningRate, seed: drawSeed(random) };
        yield { learningRate, loss: this.#runner.train(batch, place, accumulator) };
        step++;
        await setImmediate();
        this.#context.signal.throwIfAborted();
      }
    }
  }

  /** Holds the weights and what the optimizer remembers. */
  get step(): Step {
    return this.#runner.step;
  }

  /** The time since it was last asked for, and how much of it went by in waiting for images. */
  takeWait(): Wait {
    return this.#feed.takeWait();
  }

  get owner(): CheckpointOwner {
    const { seed, params } = this.#context;
    const { classNames, train } = this.#dataset;
    const trainer = `${imageClassifier.name}@${imageClassifier.version}`;
    return { trainer, seed, params: decisiveParams(params), classNames, images: train.count };
  }

  snapshot(place: TrialPlace): Omit<Checkpoint, 'owner'> {
    const state = this.step.read();
    const frozen = this.#untouched.map(
      ({ name, variable }) => [name, { shape: variable.shape, values: variable.dataSync<'float32'>() }] as const,
    );
    const inference = this.#inference;
    return { place, history: this.#history, inference, state: new Map([...frozen, ...state]) };
  }

  restore({ history, state }: Checkpoint): void {
    const frozen = new Set(this.#untouched.map(({ name }) => name));
    this.step.restore(new Map([...state].filter(([name]) => !frozen.has(name))));
    this.#history = history;
  }

  /** Weights that the step does not know of, because it is fed with features. */
  get #untouched(): Model['weights'] {
    return this.#source.features ? frozenWeights(this.#model) : [];
  }

  /** Frees all of it. Safe to call twice. */
  close(): void {
    void this.#feed.close();
    this.#runner.close();
    this.#model.dispose();
    this.#dataset.close();
  }

  /** Says how far the epoch is, and lets in what has arrived meanwhile: a step keeps the thread busy from end to end. */
  async #say(epoch: number, step: number, steps: number): Promise<void> {
    this.#context.progress({ epoch, epochs: this.settings.optimization.epochs, step, steps });
    await setImmediate();
  }
}

/** What a trial is made of. */
interface Opened {
  readonly dataset: ImageDataset;
  readonly model: Model;
  readonly features: FeatureSource | undefined;
  readonly inference: InferenceFacts | undefined;
}

function inferenceFacts({ train }: ImageDataset, pretrained: Pretrained | undefined): InferenceFacts | undefined {
  if (pretrained === undefined && train.targets === undefined) return undefined;
  return { arithmetic: pretrained?.options, ...(train.targets && { isMultiLabel: true }) };
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
