import type { Params } from '../../core/parameters.js';
import type { DeclaredParameters, FeatureSharing, TrainerDescription } from '../../core/trainer/trainer-description.js';
import type { TrialSpec } from '../../core/trial/trial.js';
import { imageClassifier } from '../manifest.js';
import { dependsOnEpochs } from '../training/epoch-dependence.js';
import { noFeaturesBecause, sharedFeatures } from '../training/features/shared-features.js';
import { RANGE_STEPS } from '../training/lr-find/range-test.js';
import { suggestRates } from '../training/lr-find/suggestions.js';
import { scheduleParameters } from '../training/parameters/schedule.js';
import { notableDefaults } from './notable-defaults.js';
import { prepareImages } from './prepare-images.js';

const { name, version, parameters, memory, findable } = imageClassifier;

/** Raise this when the same parameters and seed give another curve, or the same curve gives other suggestions. */
const FINDER_VERSION = 1;

/** The built-in trainer as planning sees it. Loads no TensorFlow. */
export const imageClassifierDescription: TrainerDescription = {
  name,
  version: `${name}@${version}`,
  url: new URL('../image-classifier.js', import.meta.url).href,
  defaults: defaultsOf(),
  needsTensorflow: true,
  saysProgress: true,
  memory: memory!,
  calibration: {
    url: new URL('../calibration.js', import.meta.url).href,
    // The parameters that decide memory use also decide the time per step.
    parameters: [...memory!.shape, memory!.batch],
  },
  rangeTest: {
    url: new URL('../lr-finder.js', import.meta.url).href,
    version: `lr-finder@${FINDER_VERSION} ${name}@${version}`,
    finds: findable!,
    // A range test has its own schedule and does not validate.
    ignores: new Set([...Object.keys(scheduleParameters), 'epochs', 'ema_decay']),
    maxSteps: RANGE_STEPS,
    suggest: suggestRates,
  },
  dependsOnEpochs,
  notableDefaults,
  shareFeatures,
  prepare: prepareImages,
};

function defaultsOf(): Params {
  const defaults = Object.entries(parameters).flatMap(([parameter, { default: value }]) =>
    value === undefined ? [] : [[parameter, value] as const],
  );
  return Object.fromEntries(defaults);
}

function shareFeatures(declared: DeclaredParameters, trials: Iterable<TrialSpec>): FeatureSharing | undefined {
  if (!trainsClassifierAlone(declared)) return undefined;
  const looked = [...trials];
  const shared = sharedFeatures(looked);
  const missed = shared.length > 0 ? [] : looked.flatMap(({ params }) => noFeaturesBecause(params) ?? []);
  return { shared, missed: [...new Set(missed)] };
}

/** Whether some trials train only the classifier, so that the backbone computes the same features in each epoch. */
function trainsClassifierAlone({ axes, fixed }: DeclaredParameters): boolean {
  const axis = axes.find((candidate) => candidate.name === 'unfreeze')?.distribution;
  return (axis && 'values' in axis ? axis.values : [fixed['unfreeze']]).includes('head');
}
