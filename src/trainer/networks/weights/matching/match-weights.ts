import { InputError } from '../../../../core/errors.js';
import { BACKBONES, type Backbone } from '../../backbones.js';
import { arithmeticOf, type FileArithmetic } from './arithmetic.js';
import { classifierTensors, expectedTensors, type ExpectedTensor } from './expected-tensors.js';
import { layoutOf } from '../layouts/layout-of.js';
import { DIALECTS, type BackboneLayout, type Dialect } from '../layouts/layer-layout.js';
import { withLayerNames } from './numbered-layers.js';
import { separateWeights } from './separate-weights.js';
import type { StoredTensor, WeightFile } from '../formats/weight-file.js';

/** A file that holds every weight of a backbone, and the array of each one. */
export interface WeightMatch extends FileArithmetic {
  readonly backbone: Backbone;
  readonly dialect: Dialect;
  /** In the backbone's order. */
  readonly tensors: readonly MatchedTensor[];
  /** `undefined` if the file has no classifier. */
  readonly classifier: { readonly classes: number; readonly tensors: readonly MatchedTensor[] } | undefined;
  /** Number of the file's arrays that are no weights, by kind (`state of the optimizer`). */
  readonly others: ReadonlyMap<string, number>;
}

export interface MatchedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Values with the axes in this program's order (as in Keras). */
  read(): Float32Array;
}

/**
 * Finds the weight of the backbone that each array of a file is, by names and shapes alone.
 *
 * @throws InputError WEIGHTS_OTHER_BACKBONE if the file holds the weights of another backbone; otherwise WEIGHTS_MISMATCH,
 *   which names the first arrays that are missing, unknown or of another shape
 */
export function matchWeights(file: WeightFile, backbone: Backbone): WeightMatch {
  const tried = tryBackbone(file, backbone);
  if (tried.match) return tried.match;
  const other = BACKBONES.find((name) => name !== backbone && tryBackbone(file, name).match);
  if (other !== undefined) {
    throw new InputError('WEIGHTS_OTHER_BACKBONE', `${file.path} holds weights of ${other}, not of ${backbone}`, {
      hint: `Train \`backbone: ${other}\` with them, or name weights of ${backbone}.`,
    });
  }
  throw new InputError('WEIGHTS_MISMATCH', `${file.path} does not hold the weights of ${backbone}: ${tried.problem}`, {
    hint: 'Every array of the file has to be a weight of the backbone. Does the file hold the whole model, and this backbone?',
  });
}

/** The backbone whose weights a file holds; `undefined` if it fits none. */
export function recogniseBackbone(file: WeightFile): Backbone | undefined {
  return BACKBONES.find((backbone) => tryBackbone(file, backbone).match);
}

type Attempt =
  | { readonly match: WeightMatch; readonly problem?: undefined }
  | { readonly match?: undefined; readonly problem: string; readonly found: number };

/** Tries every dialect. Without a match, returns the attempt that found most of the names. */
function tryBackbone(file: WeightFile, backbone: Backbone): Attempt {
  const attempts = DIALECTS.map((dialect) => tryDialect(file, backbone, dialect)).filter(
    (tried) => tried !== undefined,
  );
  return (
    attempts.find(({ match }) => match) ??
    attempts.reduce((best, tried) => (!tried.match && !best.match && tried.found > best.found ? tried : best))
  );
}

function tryDialect(file: WeightFile, backbone: Backbone, dialect: Dialect): Attempt | undefined {
  const fileArithmetic = arithmeticOf(file, backbone, dialect);
  const layout = layoutOf(backbone, fileArithmetic.arithmetic.variant);
  const expected = expectedTensors(layout, dialect);
  if (expected === undefined) return undefined;
  const { weights, others } = separateWeights(file);
  const left = new Map(withLayerNames(weights, layout));
  const tensors: MatchedTensor[] = [];
  const missing: string[] = [];
  const misshaped: string[] = [];
  for (const tensor of expected) {
    const stored = left.get(tensor.foreignName);
    left.delete(tensor.foreignName);
    if (stored === undefined) missing.push(tensor.foreignName);
    else if (stored.shape.join() === tensor.foreignShape.join()) tensors.push(matched(tensor, stored));
    else misshaped.push(`${tensor.foreignName} [${stored.shape.join(', ')}], not [${tensor.foreignShape.join(', ')}]`);
  }
  const classifier = findClassifier(left, layout, dialect);
  const extra = [...left.keys()];
  if (missing.length + misshaped.length + extra.length === 0) {
    return { match: { backbone, dialect, ...fileArithmetic, tensors, classifier, others } };
  }
  const problems = [
    ...describe(missing, 'missing', expected.length),
    ...describe(misshaped, 'of another shape', expected.length),
    ...describe(extra, 'unknown'),
  ];
  return { problem: problems.join('; '), found: tensors.length };
}

/**
 * Removes the classifier from the arrays that are left and returns it. It is found by its usual name, or else as the only
 * kernel with two axes, if its number of features fits and its bias is there.
 */
function findClassifier(
  left: Map<string, StoredTensor>,
  layout: BackboneLayout,
  dialect: Dialect,
): WeightMatch['classifier'] {
  const { name, torch, package: packaged } = layout.classifier;
  const usual = { keras: name, torch, package: packaged ?? '' }[dialect];
  const ending = dialect === 'keras' ? '/kernel' : '.weight';
  const kernels = [...left].filter(([key, { shape }]) => key.endsWith(ending) && shape.length === 2);
  const [kernel] = kernels.find(([key]) => key === usual + ending) ?? (kernels.length === 1 ? kernels[0]! : []);
  if (kernel === undefined) return undefined;
  const classes = left.get(kernel)!.shape[dialect === 'keras' ? 1 : 0]!;
  const expected = classifierTensors(layout, dialect, kernel.slice(0, -ending.length), classes);
  const found = expected.map((tensor) => left.get(tensor.foreignName));
  const fits = expected.every(({ foreignShape }, index) => found[index]?.shape.join() === foreignShape.join());
  if (!fits) return undefined;
  for (const { foreignName } of expected) left.delete(foreignName);
  return { classes, tensors: expected.map((tensor, index) => matched(tensor, found[index]!)) };
}

const matched = ({ name, shape, convert }: ExpectedTensor, stored: StoredTensor): MatchedTensor => ({
  name,
  shape,
  read: () => convert(stored.read()),
});

const SHOWN = 3;

function describe(names: readonly string[], what: string, of?: number): string[] {
  if (names.length === 0) return [];
  const more = names.length > SHOWN ? `, and ${names.length - SHOWN} more` : '';
  const count = of === undefined ? `${names.length}` : `${names.length} of ${of}`;
  return [`${count} ${what} (${names.slice(0, SHOWN).join(', ')}${more})`];
}
