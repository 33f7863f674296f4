import { InputError } from '../../core/errors.js';
import type { EvaluatedPart, Evaluation } from '../../core/reports/evaluation.js';
import type { TableReading } from '../../core/trainer/table-reading.js';
import { shortList } from '../data/files/name-lists.js';
import type { ImageSource } from '../data/formats/image-source.js';
import { openSource } from '../data/formats/open-source.js';
import { isTable } from '../data/formats/table/open-table.js';
import { splitImages } from '../data/splits/split-images.js';
import { EvaluationSums } from './evaluation-sums.js';
import type { EvaluateRequest, ResultsReply } from './messages.js';
import { predictBatches } from './predict-batches.js';
import { openTrainedModel, type TrainedModel } from './trained-model.js';

/**
 * Compares a model's predictions with the labels of a dataset, in any format that a trial can train on. Of the dataset that the
 * trial trained on, only the images that it did not train on are used. Calls `tell` with warnings and with the number of images
 * that are done.
 *
 * @throws the errors of `openTrainedModel`, `openSource` and `splitImages`; InputError CLASSES_UNKNOWN, LABELS_UNFIT
 */
export async function evaluateImages(
  { checkpoint, path, reading, variants, isOwnDataset }: EvaluateRequest,
  tell: (reply: ResultsReply) => Promise<void>,
): Promise<Evaluation> {
  const trained = openTrainedModel(checkpoint);
  try {
    const { settings, classNames, isMultiLabel } = trained;
    const warnings: string[] = [];
    const columns = isTable(path) ? readingOf(trained, isOwnDataset, reading) : reading;
    const source = await openSource(path, columns, (message) => warnings.push(message));
    try {
      for (const message of warnings) await tell({ type: 'warning', message });
      const classes = matchClasses(source, trained, path);
      const { part, indices } = chooseImages(source, trained, isOwnDataset);
      const sums = new EvaluationSums({ classNames, isMultiLabel, images: indices.length });
      const unreadable: { path: string; reason: string }[] = [];
      const decodeAt = source.decoder(settings.model.imageSize);
      const decode = (place: number) => decodeAt(indices[place]!);
      let place = 0;
      for await (const prediction of predictBatches(trained, { count: indices.length, decode, variants })) {
        const index = indices[place++]!;
        if ('reason' in prediction) unreadable.push({ path: source.nameOf(index), reason: prediction.reason });
        else sums.add(labelsOf(source, index).map((label) => classes[label]!), prediction.probabilities);
        await tell({ type: 'progress', done: place, total: indices.length });
      }
      return { classNames, isMultiLabel, part, unreadable, ...sums.result() };
    } finally {
      source.close();
    }
  } finally {
    trained.close();
  }
}

/** The trial's own settings for tables, where none are given. Those of a split are only for the trial's own dataset. */
function readingOf({ settings }: TrainedModel, isOwnDataset: boolean, given: TableReading): TableReading {
  const { imageColumn, labelColumn, imageRoot, labelSeparator, ...ofSplit } = settings.data.reading;
  const own = { imageColumn, labelColumn, imageRoot, labelSeparator, ...(isOwnDataset && ofSplit) };
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...own, ...Object.fromEntries(set) };
}

/** The model's class for each class of the dataset. */
function matchClasses(source: ImageSource, { classNames, isMultiLabel }: TrainedModel, path: string): number[] {
  if (source.labelSets && !isMultiLabel) {
    throw new InputError('LABELS_UNFIT', `images of ${path} can have several classes, but the model gives each image one`, {
      hint: 'Evaluate it on images with one class each.',
    });
  }
  const unknown = source.classNames.filter((name) => !classNames.includes(name));
  if (unknown.length > 0) {
    throw new InputError('CLASSES_UNKNOWN', `${path} has classes that the model does not know: ${shortList(unknown)}`, {
      hint: `The model's classes are ${shortList(classNames, 20)}. Rename or remove the others.`,
    });
  }
  return source.classNames.map((name) => classNames.indexOf(name));
}

function chooseImages(
  source: ImageSource,
  { settings, seed }: TrainedModel,
  isOwnDataset: boolean,
): { readonly part: EvaluatedPart; readonly indices: readonly number[] } {
  if (isOwnDataset) {
    const pools = splitImages(source, { seed, ...settings.data });
    const indices = pools.validation.flatMap((pool) => [...pool]).sort((a, b) => a - b);
    return { part: 'validation', indices };
  }
  const from = source.trainCount ?? 0;
  const indices = Array.from({ length: source.labels.length - from }, (_, place) => from + place);
  return { part: from > 0 ? 'held-out' : 'all', indices };
}

function labelsOf({ labels, labelSets, classNames }: ImageSource, index: number): number[] {
  if (labelSets === undefined) return [labels[index]!];
  return Array.from(classNames.keys()).filter((label) => labelSets.has(index, label));
}
