import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import type { Backbone } from '../../../../src/trainer/networks/backbones.js';
import {
  classifierTensors,
  expectedTensors,
} from '../../../../src/trainer/networks/weights/matching/expected-tensors.js';
import { layoutOf } from '../../../../src/trainer/networks/weights/layouts/layout-of.js';
import type { Dialect } from '../../../../src/trainer/networks/weights/layouts/layer-layout.js';
import type { StoredTensor, WeightFile } from '../../../../src/trainer/networks/weights/formats/weight-file.js';
import { writeSafetensors } from '../../../../src/trainer/networks/weights/formats/write-safetensors.js';

export const FIXTURES = resolve(import.meta.dirname, '../../../../../test/fixtures/weights');

/** A folder that is removed after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sweepwright-weights-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function writeTemporary(t: TestContext, name: string, content: Uint8Array | string): string {
  const path = join(temporaryFolder(t), name);
  writeFileSync(path, content);
  return path;
}

/** Names and shapes of all weights of a backbone, as a file of the dialect has them. */
export function namesOf(
  backbone: Backbone,
  dialect: Dialect,
  classes: number | undefined,
): [string, readonly number[]][] {
  const layout = layoutOf(backbone, dialect === 'torch' ? 'timm' : 'keras');
  const usual = { keras: 'predictions', torch: layout.classifier.torch, package: layout.classifier.package ?? '' };
  const tensors = [
    ...expectedTensors(layout, dialect)!,
    ...(classes === undefined ? [] : classifierTensors(layout, dialect, usual[dialect], classes)),
  ];
  return tensors.map(({ foreignName, foreignShape }) => [foreignName, foreignShape]);
}

/** A file that exists only as names and shapes. Reading a value is an error. */
export function unreadFile(path: string, names: readonly (readonly [string, readonly number[]])[]): WeightFile {
  const read = (): never => {
    throw new Error('a header is enough');
  };
  const tensors = new Map(names.map(([name, shape]): [string, StoredTensor] => [name, { shape, dtype: 'F32', read }]));
  return { path, parts: [path], format: 'safetensors', metadata: {}, tensors, close: () => undefined };
}

/** Writes a safetensors file with these names and shapes. All values of every array are `value`. */
export async function writeWeights(
  path: string,
  names: readonly (readonly [string, readonly number[]])[],
  value: number,
): Promise<void> {
  const count = (shape: readonly number[]) => shape.reduce((product, edge) => product * edge, 1);
  const arrays = names.map(([name, shape]) => ({
    name,
    shape,
    values: () => new Float32Array(count(shape)).fill(value),
  }));
  await writeSafetensors(path, arrays, {});
}
