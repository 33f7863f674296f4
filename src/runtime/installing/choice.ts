import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError, InputError } from '../../core/errors.js';
import { writeFileAtomically } from '../../platform/replace-file.js';
import type { Cache } from '../finding/cache.js';
import { recogniseWheel, type GivenWheel } from './check-wheel.js';
import { findLibrary, type Library } from '../finding/library.js';
import type { Flavour } from '../finding/pins.js';
import type { Work } from './work.js';

/** The user's request. An empty one means the last choice, or else the flavour that fits the machine. */
export interface SetUpRequest {
  readonly flavour?: Flavour | undefined;
  /** Wheels to use in place of downloads. */
  readonly wheels?: readonly string[];
  /** Folder of a TensorFlow library that is used in place. */
  readonly libtensorflow?: string | undefined;
  /** Unpack and build again even if the result exists. */
  readonly force?: boolean;
}

/** The source of TensorFlow: a folder of the user's, or pinned wheels. `wheels` need no download. */
export type Source =
  | { readonly kind: 'library'; readonly library: Library; readonly folder: string }
  | { readonly kind: 'flavour'; readonly flavour: Flavour; readonly wheels: readonly GivenWheel[] };

/** The chosen TensorFlow. `any`, without a choice: the present one if it works, otherwise the flavour that fits the machine. */
export type Choice = Source | { readonly kind: 'any' };

/** The choice that a request makes, or the last one if the request is empty. Throws `InputError` for contradicting flags. */
export async function readChoice(request: SetUpRequest, work: Work): Promise<Choice> {
  const { flavour, wheels = [], libtensorflow } = request;
  if (libtensorflow !== undefined) {
    if (flavour !== undefined || wheels.length > 0) throw contradiction('--libtensorflow stands alone');
    return { kind: 'library', library: await findLibrary(libtensorflow), folder: path.resolve(libtensorflow) };
  }
  if (wheels.length > 0) {
    const given: GivenWheel[] = [];
    for (const wheel of wheels) given.push(await recogniseWheel(wheel, work));
    const other = given.find((wheel) => wheel.flavour !== (flavour ?? given[0]!.flavour));
    if (other !== undefined) throw contradiction(`${other.file} belongs to flavour ${other.flavour}`);
    return { kind: 'flavour', flavour: given[0]!.flavour, wheels: given };
  }
  if (flavour !== undefined) return { kind: 'flavour', flavour, wheels: [] };
  return recall(work.cache);
}

/** Saves a choice for later set-ups without flags, such as `npm start` after `npm ci`. Writes only a changed choice. */
export async function rememberChoice(choice: Choice, cache: Cache): Promise<void> {
  if (choice.kind === 'any') return;
  const kept: Kept = choice.kind === 'library' ? { libtensorflow: choice.folder } : { flavour: choice.flavour };
  const { flavour, libtensorflow } = await readKept(cache.choice);
  if (flavour === kept.flavour && libtensorflow === kept.libtensorflow) return;
  await mkdir(cache.root, { recursive: true });
  await writeFileAtomically(cache.choice, `${JSON.stringify(kept)}\n`);
}

interface Kept {
  readonly flavour?: Flavour;
  readonly libtensorflow?: string;
}

async function recall(cache: Cache): Promise<Choice> {
  const { flavour, libtensorflow } = await readKept(cache.choice);
  if (libtensorflow !== undefined) {
    try {
      return { kind: 'library', library: await findLibrary(libtensorflow), folder: libtensorflow };
    } catch (cause) {
      const hint = 'Bring it back, or choose again: "sweep setup --flavour cpu".';
      const message = `the TensorFlow library chosen earlier is gone from ${libtensorflow}`;
      throw new EnvironmentError('LIBRARY_GONE', message, { hint, cause });
    }
  }
  return flavour === undefined ? { kind: 'any' } : { kind: 'flavour', flavour, wheels: [] };
}

/** The saved choice; empty if it cannot be read. */
async function readKept(file: string): Promise<Kept> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Kept;
  } catch {
    return {};
  }
}

const contradiction = (message: string): InputError =>
  new InputError('CONTRADICTION', message, {
    hint: 'Give --libtensorflow alone, or wheels of one flavour; "sweep setup --help" explains them.',
  });
