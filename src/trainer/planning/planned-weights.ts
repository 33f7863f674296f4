import { resolve } from 'node:path';
import { InputError } from '../../core/errors.js';
import type { Params } from '../../core/parameters.js';
import type { DeclaredInputs, PlanningFolders } from '../../core/trainer/trainer-description.js';
import { imageClassifier } from '../manifest.js';
import type { Backbone } from '../networks/backbones.js';
import { inspectWeights, type WeightInspection } from '../networks/weights/inspect-weights.js';
import { offlineHint } from '../networks/weights/catalogue/fetch-weights.js';
import { publishedWeights, weightFileKey } from '../networks/weights/catalogue/published.js';
import { scalingWarning } from '../networks/weights/matching/input-scaling.js';
import { WeightStore } from '../networks/weights/catalogue/weight-store.js';

/** The files of weights that a sweep's trials start from, after the check. */
export interface PlannedWeights {
  /** For `TrainingContext.files`. */
  readonly files: Readonly<Record<string, string>>;
  /** Hash of the weights that a trial with these parameters starts from; part of the trial's key. */
  readonly contentOf: (params: Params) => string | undefined;
  /** One for each pair of file and backbone. */
  readonly inspected: readonly InspectedWeights[];
}

export interface InspectedWeights extends WeightInspection {
  /** The value of the parameter `weights`: a path as written, or `imagenet`. */
  readonly name: string;
}

/**
 * Finds the files that the trials of a sweep start from, and checks by names and shapes that each file fits every backbone
 * that it is used for.
 *
 * @throws InputError WEIGHTS_NOT_FETCHED, and the errors of `inspectWeights`
 */
export async function planWeights(declared: DeclaredInputs, folders: PlanningFolders): Promise<PlannedWeights> {
  const files: Record<string, string> = {};
  const backbonesOf = new Map<string, Set<Backbone>>();
  const store = new WeightStore(folders.weightsDir);
  const missing: Backbone[] = [];
  for (const { weights, backbone } of usedPairs(declared)) {
    const key = weightFileKey(weights, backbone);
    if (key === undefined) continue;
    if (weights === 'imagenet' && !(await store.get(backbone))) missing.push(backbone);
    files[key] = weights === 'imagenet' ? store.pathOf(backbone) : resolve(declared.folder, weights);
    backbonesOf.set(key, (backbonesOf.get(key) ?? new Set()).add(backbone));
  }
  if (missing.length > 0) throw notFetched(missing, folders.weightsDir);
  const contents = new Map<string, string>();
  const inspected: InspectedWeights[] = [];
  for (const [key, backbones] of backbonesOf) {
    for (const found of await inspectWeights(files[key]!, [...backbones], folders)) {
      contents.set(`${key}\n${found.backbone}`, found.content);
      const isPublished = key === weightFileKey('imagenet', found.backbone);
      inspected.push({ ...found, name: isPublished ? 'imagenet' : key });
    }
  }
  const contentOf = (params: Params): string | undefined => {
    const backbone = textOf('backbone', params) as Backbone;
    const key = weightFileKey(textOf('weights', params), backbone);
    return key === undefined ? undefined : contents.get(`${key}\n${backbone}`);
  };
  return { files, contentOf, inspected };
}

/** `name` is `weights` or `backbone`, both of which the manifest declares as texts. */
const textOf = (name: string, params: Params): string =>
  (params[name] ?? imageClassifier.parameters[name]?.default) as string;

/** Every pair of weights and backbone that a trial may have. Considers only `exclude` rules about these two parameters. */
function* usedPairs(declared: DeclaredInputs): Generator<{ weights: string; backbone: Backbone }> {
  for (const weights of valuesOf('weights', declared)) {
    for (const backbone of valuesOf('backbone', declared)) {
      const pair: Params = { weights, backbone };
      const excluded = declared.exclude.some((rule) =>
        Object.entries(rule).every(([name, values]) => Object.hasOwn(pair, name) && values.includes(pair[name]!)),
      );
      if (!excluded) yield { weights, backbone: backbone as Backbone };
    }
  }
}

function valuesOf(name: string, { axes, fixed }: DeclaredInputs): readonly string[] {
  const axis = axes.find((candidate) => candidate.name === name);
  if (axis && 'values' in axis.distribution) return axis.distribution.values as readonly string[];
  return [textOf(name, fixed)];
}

function notFetched(backbones: readonly Backbone[], weightsDir: string): InputError {
  const published = backbones.flatMap((backbone) => {
    const found = publishedWeights(backbone);
    return found === undefined ? [] : [{ backbone, hint: offlineHint(backbone, found) }];
  });
  const unpublished = backbones.filter((backbone) => publishedWeights(backbone) === undefined);
  const hints = [
    ...(published.length > 0
      ? [`Run "sweep weights fetch ${published.map(({ backbone }) => backbone).join(' ')}". ${published[0]!.hint}`]
      : []),
    ...unpublished.map(
      (backbone) =>
        `Those of ${backbone} are not published in a format that is safe to read. Import your own: "sweep weights import FILE --backbone ${backbone}".`,
    ),
  ];
  return new InputError(
    'WEIGHTS_NOT_FETCHED',
    `the ImageNet weights of ${backbones.join(', ')} are not in ${weightsDir}`,
    {
      hint: hints.join('\n'),
    },
  );
}

/**
 * What the user should know of a file of weights: `loaded 309 of 309 tensors of b0; the classifier (10 classes) starts
 * fresh`, and a warning if its scaling of pixels is assumed.
 *
 * @param classes - number of classes of the dataset
 */
export function weightNotes({ name, assumedScaling, ...inspected }: InspectedWeights, classes: number): string[] {
  const loaded = loadedNote(inspected, classes);
  return assumedScaling === undefined ? [loaded] : [loaded, `warning: ${scalingWarning(name, assumedScaling)}`];
}

type Loaded = Pick<WeightInspection, 'backbone' | 'tensors' | 'classes'>;

function loadedNote({ backbone, tensors, classes: theirs }: Loaded, classes: number): string {
  const all = theirs === classes ? tensors + CLASSIFIER_TENSORS : tensors;
  const classifier = theirs === classes ? 'is among them' : 'starts fresh';
  return `loaded ${all} of ${all} tensors of ${backbone}; the classifier (${classes} classes) ${classifier}`;
}

/** Kernel and bias. */
const CLASSIFIER_TENSORS = 2;
