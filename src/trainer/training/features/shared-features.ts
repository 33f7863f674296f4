import { canonicalJson, type Params, type ParamValue } from '../../../core/parameters.js';
import type { SharedFeatures } from '../../../core/trainer-description.js';
import { readSettings } from '../classifier-settings.js';
import { augmentationParameters } from '../parameters/augmentation.js';
import { computationParameters } from '../parameters/computation.js';
import { modelParameters } from '../parameters/model.js';
import { optimizationParameters } from '../parameters/optimization.js';
import { featuresApply } from './features-apply.js';

/** What of a trial's parameters can decide its features. */
const DECISIVE = Object.keys({ ...modelParameters, ...augmentationParameters, ...computationParameters });
/** Nothing below the classifier depends on it. */
const OF_THE_HEAD = ['dropout', 'drop_connect'];

/** Which of some trials share features; those that have none to share are left out. */
export function sharedFeatures(
  trials: Iterable<{ readonly params: Params; readonly seed: number }>,
): readonly SharedFeatures[] {
  const known = new Map<string, Origin | undefined>();
  const groups = new Map<string, Group>();
  for (const { params, seed } of trials) {
    const decisive = pick(params);
    const spelled = canonicalJson(decisive);
    if (!known.has(spelled)) known.set(spelled, originOf(decisive));
    const origin = known.get(spelled);
    if (origin === undefined) continue;
    const name = `${origin.backbone} ${origin.imageSize} ${origin.copies}`;
    const group = groups.get(name) ?? { origin, epochs: new Map<string, number>(), trials: 0, passes: 0 };
    const key = origin.isSeeded ? `${spelled} ${seed}` : spelled;
    const epochs = Number(params['epochs'] ?? optimizationParameters['epochs']?.default);
    group.epochs.set(key, Math.max(epochs, group.epochs.get(key) ?? 0));
    group.passes += epochs;
    group.trials++;
    groups.set(name, group);
  }
  return [...groups.values()].map(({ origin: { backbone, imageSize, copies }, epochs, trials: count, passes }) => ({
    ...{ backbone, imageSize, copies, computed: epochs.size, trials: count, passes },
    // No more copies are computed than there are epochs to take them.
    passesKept: [...epochs.values()].reduce((sum, most) => sum + (copies > 0 ? Math.min(copies, most) : 1), 0),
  }));
}

/** Why trials of a frozen backbone have no features that could be kept; `undefined` where they have, or where it is not frozen. */
export function noFeaturesBecause(params: Params): 'augmentation' | 'mixing' | undefined {
  const { model, augmentation } = readSettings(params);
  if (model.unfreeze !== 'head' || featuresApply({ model, augmentation })) return undefined;
  return augmentation.mixupAlpha > 0 || augmentation.cutmixAlpha > 0 ? 'mixing' : 'augmentation';
}

interface Group {
  readonly origin: Origin;
  /** The most epochs of a trial, by what its features depend on. */
  readonly epochs: Map<string, number>;
  trials: number;
  passes: number;
}

interface Origin extends Pick<SharedFeatures, 'backbone' | 'imageSize' | 'copies'> {
  /** Whether another seed gives others. */
  readonly isSeeded: boolean;
}

function originOf(params: Params): Origin | undefined {
  const settings = readSettings(params);
  if (!featuresApply(settings)) return undefined;
  const { backbone, imageSize, weights } = settings.model;
  const copies = settings.augmentation.pipeline === undefined ? 0 : settings.augmentation.copies;
  return { backbone, imageSize, copies, isSeeded: weights === 'none' || copies > 0 };
}

function pick(params: Params): Readonly<Record<string, ParamValue>> {
  const names = DECISIVE.filter((name) => Object.hasOwn(params, name) && !OF_THE_HEAD.includes(name));
  return Object.fromEntries(names.map((name) => [name, params[name]!]));
}
