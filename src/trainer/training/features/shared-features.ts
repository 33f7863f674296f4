import { canonicalJson, type Params, type ParamValue } from '../../../core/parameters.js';
import type { SharedFeatures } from '../../../core/trainer/trainer-description.js';
import { readSettings, type ClassifierSettings } from '../classifier-settings.js';
import { augmentationParameters } from '../parameters/augmentation.js';
import { computationParameters } from '../parameters/computation.js';
import { modelParameters } from '../parameters/model.js';
import { optimizationParameters } from '../parameters/optimization.js';

/** Parameters that can affect a trial's features. */
const DECISIVE = Object.keys({ ...modelParameters, ...augmentationParameters, ...computationParameters });
/** Parameters of the model that do not affect features: they apply during training only. */
const OF_THE_HEAD = ['dropout', 'drop_connect'];

/** Groups trials by the features that they share. Leaves out trials without features to share. */
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
    // Copies that no epoch uses are not computed.
    passesKept: [...epochs.values()].reduce((sum, most) => sum + (copies > 0 ? Math.min(copies, most) : 1), 0),
  }));
}

/** Why a trial with a frozen backbone cannot cache features. `undefined` if it can, or if its backbone is not frozen. */
export function noFeaturesBecause(params: Params): 'augmentation' | 'mixing' | undefined {
  const { model, augmentation } = readSettings(params);
  if (model.unfreeze !== 'head' || featuresApply({ model, augmentation })) return undefined;
  return augmentation.mixupAlpha > 0 || augmentation.cutmixAlpha > 0 ? 'mixing' : 'augmentation';
}

/**
 * Whether the features of an image (the output of the backbone) are the same each time the image is used: the backbone is
 * frozen, and images are either not augmented or augmented in a fixed number of copies. Features are then computed once.
 */
export function featuresApply({ model, augmentation }: Pick<ClassifierSettings, 'model' | 'augmentation'>): boolean {
  const { pipeline, copies, mixupAlpha, cutmixAlpha } = augmentation;
  const isRepeated = (pipeline === undefined || copies > 0) && mixupAlpha === 0 && cutmixAlpha === 0;
  return model.unfreeze === 'head' && isRepeated;
}

interface Group {
  readonly origin: Origin;
  /** The highest number of epochs among trials with the same features, by a key of everything the features depend on. */
  readonly epochs: Map<string, number>;
  trials: number;
  passes: number;
}

interface Origin extends Pick<SharedFeatures, 'backbone' | 'imageSize' | 'copies'> {
  /** Whether the features depend on the seed. */
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
