import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Metrics, Preparation, TrainingContext } from '../../../../src/core/trainer/training.js';
import { ClassifierTrial } from '../../../../src/trainer/training/classifier-trial.js';
import { smallTrial, type Changes } from '../../small-trial.js';

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sweepwright-features-'));
  for (const name of ['cache', 'checkpoints']) mkdirSync(path.join(folder, name));
});
after(() => rmSync(folder, { recursive: true }));

const HEAD = { unfreeze: 'head', epochs: 3, learning_rate: 0.01, dropout: 0.3 } as const;

interface Ran {
  readonly curve: readonly Metrics[];
  /** Names and values of all arrays in a checkpoint. */
  readonly state: ReadonlyMap<string, Float32Array>;
  /** Number of progress messages about features. */
  readonly computed: readonly Preparation[];
}

async function run(
  params: Changes,
  { keepsFeatures, ...more }: Partial<TrainingContext> & { readonly keepsFeatures?: boolean } = {},
): Promise<Ran> {
  const computed: Preparation[] = [];
  const context = smallTrial(
    folder,
    { ...HEAD, ...params },
    {
      progress: (said) => {
        if ('preparing' in said && said.preparing === 'features') computed.push(said);
      },
      ...more,
    },
  );
  const trial = await ClassifierTrial.open(context, keepsFeatures === undefined ? {} : { keepsFeatures });
  try {
    const curve: Metrics[] = [];
    for (let epoch = 1; epoch <= trial.settings.optimization.epochs; epoch++) {
      curve.push((await trial.runEpoch(epoch)).metrics);
    }
    const { state } = trial.snapshot({ epoch: curve.length, within: undefined });
    return { curve, state: new Map([...state].map(([name, { values }]) => [name, values.slice()])), computed };
  } finally {
    trial.close();
  }
}

const cacheFiles = (): string[] => {
  const names = readdirSync(path.join(folder, 'cache/features'));
  return names.map((name) => path.join(folder, 'cache/features', name)).sort();
};

function assertClose(actual: readonly Metrics[], expected: readonly Metrics[]): void {
  assert.equal(actual.length, expected.length);
  for (const [epoch, metrics] of expected.entries()) {
    for (const [name, value] of Object.entries(metrics)) {
      const found = actual[epoch]![name]!;
      assert.ok(Math.abs(found - value) <= 1e-4 * Math.max(1e-3, Math.abs(value)), `${name}: ${found}, not ${value}`);
    }
  }
}

describe('a trial of a frozen backbone', () => {
  it('has the same curve and weights as without cached features, also with dropout', async () => {
    const whole = await run({}, { keepsFeatures: false });
    const quick = await run({});
    assert.deepEqual(whole.computed, []);
    assert.deepEqual(quick.computed.at(-1), { preparing: 'features', done: 55, total: 55 });
    assertClose(quick.curve, whole.curve);
    assert.ok(Math.abs(quick.curve[0]!['loss']! - quick.curve[2]!['loss']!) > 1e-3, 'it learns at all');
    assert.deepEqual([...quick.state.keys()], [...whole.state.keys()]);
    const kernel = quick.state.get('predictions/kernel')!;
    for (const [place, value] of whole.state.get('predictions/kernel')!.entries()) {
      assert.ok(Math.abs(kernel[place]! - value) < 1e-4, `weight ${place}: ${kernel[place]!}, not ${value}`);
    }
    assert.deepEqual(quick.state.get('stem_conv/kernel'), whole.state.get('stem_conv/kernel'));
  });

  it('uses the copies of its images in turn, and computes only those that its epochs use', async () => {
    const varied = { augment: 'light', augment_copies: 2 };
    const whole = await run(varied, { keepsFeatures: false });
    const quick = await run(varied);
    assert.deepEqual(quick.computed.at(-1), { preparing: 'features', done: 90, total: 90 });
    assertClose(quick.curve, whole.curve);
    const short = await run({ augment: 'light', augment_copies: 7, epochs: 1 });
    assert.equal(short.computed.at(-1)?.total, 55);
  });

  it('shares features only with trials that have the same backbone and images', async () => {
    await run({ epochs: 1 });
    const same = [
      { learning_rate: 1e-3, gamma: 2, batch_size: 4, optimizer: 'sgd', sam: true, ema_decay: 0.9 },
      { accumulate_steps: 2, dropout: 0, label_smoothing: 0.1 },
      { train_samples: 27, validation_samples: 12 },
    ];
    for (const params of same) assert.deepEqual((await run({ epochs: 1, ...params })).computed, []);
    const others: readonly [Changes, Partial<TrainingContext>][] = [
      [{ image_size: 40 }, {}],
      [{}, { seed: 2 }],
    ];
    for (const [params, more] of others) {
      const { computed } = await run({ epochs: 1, ...params }, more);
      assert.equal(computed.at(-1)?.done, 55);
    }
  });

  it('computes features once for several concurrent trials', async () => {
    const files = cacheFiles().length;
    const seed = 3;
    const [one, other] = await Promise.all([run({ epochs: 1 }, { seed }), run({ epochs: 1, gamma: 1 }, { seed })]);
    const work = (ran: Ran): number =>
      ran.computed.filter(({ done }, at) => done !== ran.computed[at - 1]?.done).length;
    assert.ok(Math.min(work(one), work(other)) <= 1, 'one of them waited');
    assert.equal(cacheFiles().length, files + 1, 'no claim is left');
  });

  it('computes damaged and truncated features again', async () => {
    const before = new Set(cacheFiles());
    const whole = await run({ epochs: 1 }, { seed: 4 });
    const [file] = cacheFiles().filter((name) => !before.has(name));
    const content = readFileSync(file!);
    // The last byte that is not zero belongs to the features of an image.
    const last = content.findLastIndex((byte) => byte !== 0);
    content[last]! ^= 1;
    writeFileSync(file!, content);
    const mended = await run({ epochs: 1 }, { seed: 4 });
    // A slow machine repeats a message, so only the different numbers count.
    assert.deepEqual([...new Set(mended.computed.map(({ done }) => done))], [54, 55]);
    assert.deepEqual(mended.curve, whole.curve);
    writeFileSync(file!, content.subarray(0, 5000));
    const again = await run({ epochs: 1 }, { seed: 4 });
    assert.equal(again.computed[0]?.done, 0);
    assert.deepEqual(again.curve, whole.curve);
  });

  it('keeps computed features when it is interrupted', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const progress: TrainingContext['progress'] = (said) => {
      if ('preparing' in said && said.preparing === 'features' && said.done! > 0) controller.abort(reason);
    };
    const stop = { signal: controller.signal, progress, seed: 5 };
    await assert.rejects(run({ epochs: 1 }, stop), reason);
    const { computed } = await run({ epochs: 1 }, { seed: 5 });
    assert.equal(computed[0]?.done, 32, 'the first batch is there');
  });

  it('continues bit for bit from a checkpoint', async () => {
    const context = smallTrial(folder, { ...HEAD, optimizer: 'ranger', ema_decay: 0.9 }, {});
    const first = await ClassifierTrial.open(context);
    const second = await ClassifierTrial.open(context);
    try {
      await first.runEpoch(1);
      const { state } = first.snapshot({ epoch: 1, within: undefined });
      const copy = new Map([...state].map(([name, { shape, values }]) => [name, { shape, values: values.slice() }]));
      const place = { epoch: 1, within: undefined };
      second.restore({ owner: second.owner, ...first.snapshot(place), state: copy });
      assert.deepEqual(await second.runEpoch(2), await first.runEpoch(2));
    } finally {
      first.close();
      second.close();
    }
  });
});
