import { setImmediate } from 'node:timers/promises';
import type { TrainingContext } from '../../../core/trainer/training.js';
import { createAugmenter } from '../../data/augmentation/pipeline.js';
import { variantRandom } from '../../data/augmentation/random-streams.js';
import type { ClassifierSettings } from '../classifier-settings.js';
import type { ImageDataset } from '../../data/datasets/image-dataset.js';
import { createCompiledStep } from '../../graph/running/compiled-step.js';
import { createEagerStep } from '../../graph/running/eager-step.js';
import type { Program, Step } from '../../graph/program/program.js';

export interface FeatureComputerOptions {
  /** From `featureProgram`. */
  readonly program: Program;
  readonly dataset: ImageDataset;
  readonly settings: ClassifierSettings;
  readonly context: TrainingContext;
  /** Slots per image: one for the unchanged image, then one for each augmented copy. */
  readonly variants: number;
  readonly batchSize: number;
}

/** Computes features by slot: variant v of image i of the dataset has slot i * variants + v. */
export class FeatureComputer {
  readonly #options: FeatureComputerOptions;
  readonly #pixels: Float32Array;
  readonly #image: Uint8Array;
  readonly #augment: ReturnType<typeof createAugmenter> | undefined;
  /** Created on first use. */
  #step: Step | undefined;
  /** Reads an image of the dataset by its index. */
  #read: ((image: number, out: Uint8Array) => void) | undefined;

  constructor(options: FeatureComputerOptions) {
    const { dataset, settings, batchSize } = options;
    const { pipeline } = settings.augmentation;
    this.#options = options;
    this.#image = new Uint8Array(dataset.imageSize ** 2 * 3);
    this.#pixels = new Float32Array(batchSize * this.#image.length);
    this.#augment = pipeline && createAugmenter(pipeline, dataset.imageSize);
  }

  /**
   * Returns the features of at most `batchSize` slots: [batchSize, width], of which the first `slots.length` rows are valid.
   * Then yields to the event loop.
   */
  async compute(slots: Uint32Array): Promise<Float32Array> {
    this.#step ??= this.#createStep();
    for (const [place, slot] of slots.entries()) this.#pixels.set(this.#imageIn(slot), place * this.#image.length);
    this.#pixels.fill(0, slots.length * this.#image.length);
    const { features } = this.#step.evaluate({ images: this.#pixels });
    await setImmediate();
    return features as Float32Array;
  }

  /** Safe to call twice. */
  close(): void {
    this.#step?.close();
  }

  #createStep(): Step {
    const { program, settings, context } = this.#options;
    const { cacheDir, warn } = context;
    return settings.computation.compile ? createCompiledStep(program, { cacheDir, warn }) : createEagerStep(program);
  }

  #imageIn(slot: number): Uint8Array {
    const { dataset, variants, context, settings } = this.#options;
    const [image, variant] = [Math.floor(slot / variants), slot % variants];
    this.#read ??= readerByIndex(dataset);
    this.#read(image, this.#image);
    // Variant 0 is the unchanged image, so variant v is copy v - 1: the one that epoch v - 1 would use.
    const copy = variant - 1;
    if (copy >= 0) this.#augment!(this.#image, variantRandom(context.seed, settings.augmentation.copies, copy, image));
    return this.#image;
  }
}

function readerByIndex({ train, validation }: ImageDataset): (image: number, out: Uint8Array) => void {
  const places = [train, validation].map(
    ({ stored }) => new Map(Array.from(stored.images, (image, at) => [image, at])),
  );
  return (image, out) => {
    const place = places[0]!.get(image);
    if (place !== undefined) train.read(Uint32Array.of(place), out);
    else validation.read(Uint32Array.of(places[1]!.get(image)!), out);
  };
}
