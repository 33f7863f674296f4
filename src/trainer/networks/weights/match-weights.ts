import { InputError } from '../../../core/errors.js';
import { BACKBONES, type Backbone } from '../backbones.js';
import { arithmeticOf, type Arithmetic } from './arithmetic.js';
import { classifierTensors, expectedTensors, type ExpectedTensor } from './expected-tensors.js';
import { layoutOf } from './layouts/layout-of.js';
import { DIALECTS, type BackboneLayout, type Dialect } from './layouts/layer-layout.js';
import { withLayerNames } from './formats/numbered-layers.js';
import { setAside } from './set-aside.js';
import type { StoredTensor, WeightFile } from './formats/weight-file.js';

/** A file that holds a backbone's weights, all of them: where each one is found. */
export interface WeightMatch {
  readonly backbone: Backbone;
  readonly dialect: Dialect;
  readonly arithmetic: Arithmetic;
  /** In the backbone's order. */
  readonly tensors: readonly MatchedTensor[];
  /** `undefined`: the file has none. */
  readonly classifier: { readonly classes: number; readonly tensors: readonly MatchedTensor[] } | undefined;
  /** How many of the file's arrays are known to be something else, by what they are. */
  readonly aside: ReadonlyMap<string, number>;
}

export interface MatchedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** In our order of axes. */
  read(): Float32Array;
}

/**
 * Accounts for every array of a file as a weight of the backbone, from the names and shapes alone.
 *
 * @throws InputError WEIGHTS_OTHER_BACKBONE where they are all of another backbone; WEIGHTS_MISMATCH, with the first arrays that
 * are missing, too many or of another shape
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
    hint: 'Every array has to be accounted for. Is it a file of this backbone, and the whole model?',
  });
}

/** The backbone whose weights a file holds, where it holds those of one. */
export function recogniseBackbone(file: WeightFile): Backbone | undefined {
  return BACKBONES.find((backbone) => tryBackbone(file, backbone).match);
}

type Attempt =
  | { readonly match: WeightMatch; readonly problem?: undefined }
  | { readonly match?: undefined; readonly problem: string; readonly found: number };

/** In the dialect that most of the names are in. */
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
  const arithmetic = arithmeticOf(file, backbone, dialect);
  const layout = layoutOf(backbone, arithmetic.variant);
  const expected = expectedTensors(layout, dialect);
  if (expected === undefined) return undefined;
  const { weights, aside } = setAside(file);
  const left = new Map(withLayerNames(weights, layout));
  const tensors: MatchedTensor[] = [];
  const missing: string[] = [];
  const misshaped: string[] = [];
  for (const tensor of expected) {
    const found = left.get(tensor.foreignName);
    left.delete(tensor.foreignName);
    if (found === undefined) missing.push(tensor.foreignName);
    else if (found.shape.join() === tensor.foreignShape.join()) tensors.push(matched(tensor, found));
    else misshaped.push(`${tensor.foreignName} [${found.shape.join(', ')}], not [${tensor.foreignShape.join(', ')}]`);
  }
  const classifier = findClassifier(left, layout, dialect);
  const extra = [...left.keys()];
  if (missing.length + misshaped.length + extra.length === 0) {
    return { match: { backbone, dialect, arithmetic, tensors, classifier, aside } };
  }
  const problems = [
    ...describe(missing, 'missing', expected.length),
    ...describe(misshaped, 'of another shape', expected.length),
    ...describe(extra, 'too many'),
  ];
  return { problem: problems.join('; '), found: tensors.length };
}

/**
 * Takes the classifier out of what is left: by its usual name, or whatever else two arrays are called that are a kernel of
 * the right number of features and its bias.
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
