import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkPipelines } from '../../../../src/trainer/planning/prepare-images.js';
import { parseSweep } from '../../../../src/sweep/parse.js';
import type { Field, Operation } from '../../../../src/trainer/data/augmentation/operation.js';
import { OPERATIONS } from '../../../../src/trainer/data/augmentation/operations.js';
import { PRESETS } from '../../../../src/trainer/data/augmentation/presets.js';
import { imageClassifier } from '../../../../src/trainer/manifest.js';

const text = readFileSync(join(import.meta.dirname, '../../../../../docs/augmentation.md'), 'utf8');

/** A default as written in a sweep file. */
function written({ kind, default: [low, high] }: Field): string {
  return kind === 'range' ? `[${low}, ${high}]` : String(high);
}

describe('the page on augmentation', () => {
  it('names every preset, and every operation with its fields and their defaults', () => {
    for (const preset of [...Object.keys(PRESETS), 'randaugment'])
      assert.ok(text.includes(`| \`${preset}\` |`), preset);
    for (const [op, operation] of Object.entries(OPERATIONS)) {
      const { fields }: Operation = operation;
      const row = text.split('\n').find((line) => line.startsWith(`| \`${op}\` |`));
      assert.ok(row, op);
      const documented = [...row.matchAll(/`(\w+): (\[.*?\]|[\d.]+)`/g)].map(([, name, value]) => [name, value]);
      assert.deepEqual(
        documented,
        Object.entries(fields).map(([name, field]) => [name, written(field)]),
      );
    }
  });

  it('shows valid sweep files', () => {
    const samples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, sample]) => sample!);
    assert.ok(samples.length >= 3);
    for (const [index, sample] of samples.entries()) {
      const file = { file: `sample-${index}.yaml`, text: sample };
      checkPipelines(parseSweep(file, { manifest: imageClassifier }));
    }
  });
});
