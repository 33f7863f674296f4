import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError, InputError } from '../../core/errors.js';
import { writeFileAtomically } from '../../platform/replace-file.js';
import type { Cache } from '../finding/cache.js';
import { recogniseWheel, type GivenWheel } from './check-wheel.js';
import { findLibrary, type Library } from '../finding/library.js';
import type { Flavour } from '../finding/pins.js';
import type { Work } from './work.js';

/** What the user asks for; without any of it, what was asked for last, else what fits the machine. */
export interface SetUpRequest {
  readonly flavour?: Flavour | undefined;
  /** Wheels to use in place of downloads. */
  readonly wheels?: readonly string[];
  /** Folder of a TensorFlow library that is used as it is, where it is. */
  readonly libtensorflow?: string | undefined;
  /** Unpack and build again what is there already. */
  readonly force?: boolean;
}

/** Where TensorFlow is taken from: a folder of the user's, or pinned wheels, some of which may be at hand. */
export type Source =
  | { readonly kind: 'library'; readonly library: Library; readonly folder: string }
  | { readonly kind: 'flavour'; readonly flavour: Flavour; readonly wheels: readonly GivenWheel[] };

/** Which TensorFlow is wanted; `any` when nobody has said: whatever works, else what fits the machine. */
export type Choice = Source | { readonly kind: 'any' };

/** Reads a request, and where it is silent the last choice. Throws `InputError` where parts of it contradict each other. */
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

/** Keeps a choice for set-ups that come without one, as `npm start` does after `npm ci`. Writes only what is new. */
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

/** A choice that cannot be read is none. */
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
