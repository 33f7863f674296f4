import { resolve } from 'node:path';
import chalk from 'chalk';
import { InputError } from '../../core/errors.js';
import { drawTable } from '../../reporting/terminal/table.js';
import { formatBytes } from '../../runtime/format.js';
import type { Backbone } from '../../trainer/networks/backbones.js';
import { importWeights } from '../../trainer/networks/weights/catalogue/fetch-weights.js';
import { recogniseBackbone } from '../../trainer/networks/weights/match-weights.js';
import { openWeightFile } from '../../trainer/networks/weights/formats/open-weight-file.js';
import { WeightStore, type StoredWeights } from '../../trainer/networks/weights/catalogue/weight-store.js';
import { weightsFolder } from './weights-folder.js';

/** Prints what the store has. */
export async function listCommand(json: boolean): Promise<void> {
  const store = new WeightStore(weightsFolder());
  const stored = await store.list();
  if (json) return void process.stdout.write(`${JSON.stringify(stored, null, 2)}\n`);
  if (stored.length === 0) return void process.stdout.write(`There are no weights in ${store.folder}.\n`);
  const columns = [
    { title: 'backbone' },
    { title: 'size', align: 'right' as const },
    { title: 'verified' },
    { title: 'from' },
  ];
  const rows = stored.map(({ backbone, bytes, verified, source }) => [
    backbone,
    formatBytes(bytes),
    verifiedBy({ verified, source }),
    source,
  ]);
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  process.stdout.write(drawTable(columns, rows, { columns: width, style: chalk }));
}

function verifiedBy({ verified, source }: Pick<StoredWeights, 'verified' | 'source'>): string {
  if (verified) return 'publisher’s hash';
  return /^https?:/.test(source) ? 'first download' : 'no, imported';
}

/** Converts a file into the store. Without a backbone it is the one whose weights the file holds. */
export async function importCommand(path: string, backbone: Backbone | undefined): Promise<void> {
  const store = new WeightStore(weightsFolder());
  const file = resolve(path);
  const chosen = backbone ?? (await backboneOf(file));
  const stored = await importWeights(file, chosen, store);
  process.stdout.write(`${chosen}: ${formatBytes(stored.bytes)} in ${store.pathOf(chosen)}\n`);
}

async function backboneOf(path: string): Promise<Backbone> {
  const file = await openWeightFile(path);
  try {
    const backbone = recogniseBackbone(file);
    if (backbone !== undefined) return backbone;
  } finally {
    file.close();
  }
  throw new InputError('WEIGHTS_MISMATCH', `${path} fits no backbone as it is`, {
    hint: 'Name the one that it should fit with --backbone, and be told what is missing.',
  });
}

/** Checks every byte of weights in the store. Returns the exit status: 1 where something is wrong. */
export async function verifyCommand(backbone: Backbone | undefined): Promise<number> {
  const store = new WeightStore(weightsFolder());
  const stored = backbone === undefined ? await store.list() : [await requireStored(store, backbone)];
  let status = 0;
  for (const weights of stored) {
    const problem = await store.check(weights);
    process.stdout.write(`${weights.backbone}: ${problem ?? 'every byte as it was stored, every tensor there'}\n`);
    if (problem !== undefined) status = 1;
  }
  if (stored.length === 0) process.stdout.write(`There are no weights in ${store.folder}.\n`);
  return status;
}

async function requireStored(store: WeightStore, backbone: Backbone): Promise<StoredWeights> {
  const stored = await store.get(backbone);
  if (stored) return stored;
  throw new InputError('WEIGHTS_NOT_FETCHED', `there are no weights of ${backbone} in ${store.folder}`, {
    hint: `Run "sweep weights fetch ${backbone}", or "sweep weights import FILE --backbone ${backbone}".`,
  });
}
