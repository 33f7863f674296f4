import { setImmediate } from 'node:timers/promises';
import { randomInt, seededRandom, type Random } from '../../core/random.js';
import type { EpochReport, Metrics, TrainingContext } from '../../core/trainer/training.js';
import { BatchRunner } from './batch-runner.js';
import type {
  Checkpoint,
  CheckpointOwner,
  EpochPlace,
  InferenceFacts,
  Resumable,
  TrialPlace,
} from './checkpoints/checkpoint.js';
import type { ClassifierSettings } from './classifier-settings.js';
import type { ImageDataset } from '../data/datasets/image-dataset.js';
import { DivergedError } from './diverged-error.js';
import type { AccumulatorState } from './metrics/metric-accumulator.js';
import { decisiveParams } from './epoch-dependence.js';
import { frozenWeights } from './features/feature-program.js';
import { BatchFeed } from '../data/input/batch-feed.js';
import { countBatches, type BatchSource, type Pass } from '../data/input/batch-source.js';
import type { Wait } from '../data/input/input-wait.js';
import { imageClassifier } from '../manifest.js';
import type { Model } from '../networks/model.js';
import { openTrial, type OpenedTrial, type TrialOptions } from './open-trial.js';
import type { Step } from '../graph/program/program.js';
import { createAccumulator } from './metrics/create-accumulator.js';

export interface EpochOptions {
  /** Position inside the epoch to resume from. Default: its start. */
  readonly from?: EpochPlace | undefined;
  /** Called after each step with the number of training steps done. `sums` returns the metric sums over these steps. */
  readonly betweenSteps?: (step: number, sums: () => AccumulatorState) => Promise<void>;
}

/**
 * One trial of the image classifier, ready to train. The result of an epoch depends only on the state at its start (weights,
 * optimizer, metrics of earlier epochs), the parameters, the seed and the epoch number.
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
  /** Metrics of the epochs done so far. */
  #history: readonly Metrics[] = [];

  /** @throws what `openTrial` and the constructor of `BatchRunner` throw */
  static async open(context: TrainingContext, options: TrialOptions = {}): Promise<ClassifierTrial> {
    const opened = await openTrial(context, options);
    try {
      return new ClassifierTrial(context, opened);
    } catch (error) {
      opened.model.dispose();
      opened.dataset.close();
      throw error;
    }
  }

  private constructor(context: TrainingContext, { settings, dataset, model, source, inference }: OpenedTrial) {
    this.settings = settings;
    this.#context = context;
    this.#dataset = dataset;
    this.#model = model;
    this.#inference = inference;
    this.#source = source;
    this.#runner = new BatchRunner(settings, source, model, context);
    this.#feed = new BatchFeed(source, { signal: context.signal, now: () => performance.now() });
  }

  /**
   * Trains on every image once, in an order drawn for this epoch, then validates. Images that do not fill the last batch are
   * left out, different ones in each epoch. Training metrics come from the training steps themselves, while weights change.
   *
   * @param epoch - counted from 1
   * @returns the epoch's report, without checkpoint and `inputWait`
   * @throws DivergedError if the loss is not finite; the signal's reason if it is aborted
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
   * Takes one step at each of these learning rates, over as many epochs as needed, without validation. Batches, augmentation
   * and dropout are the same as in `runEpoch`. Yields each step's rate and its mean loss, which may be NaN or infinite.
   *
   * @throws the signal's reason if it is aborted
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

  /** The training step, which holds the weights and the optimizer's state. */
  get step(): Step {
    return this.#runner.step;
  }

  /** The time since the last call, and how much of it was spent waiting for images. */
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

  /** Weights of the backbone that the step does not hold because it is fed with features. */
  get #untouched(): Model['weights'] {
    return this.#source.features ? frozenWeights(this.#model) : [];
  }

  /** Frees model, step and dataset. Safe to call twice. */
  close(): void {
    void this.#feed.close();
    this.#runner.close();
    this.#model.dispose();
    this.#dataset.close();
  }

  /** Reports progress, then yields to the event loop: a step blocks the thread, so messages and aborts arrive only here. */
  async #say(epoch: number, step: number, steps: number): Promise<void> {
    this.#context.progress({ epoch, epochs: this.settings.optimization.epochs, step, steps });
    await setImmediate();
  }
}

/** Draws the seed of a step's dropout masks: int32 [2]. */
const drawSeed = (random: Random): Int32Array => Int32Array.of(randomInt(random, 2 ** 32), randomInt(random, 2 ** 32));
