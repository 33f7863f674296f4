import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../../../src/core/random.js';
import { drawBeta } from '../../../../src/trainer/data/augmentation/draw-beta.js';
import { drawMixture, mix, type Mixture } from '../../../../src/trainer/data/augmentation/mixing.js';
import { noise } from './images.js';

describe('a beta variable', () => {
  it('has the mean and variance of its distribution', () => {
    for (const alpha of [0.1, 0.4, 1, 3]) {
      const random = seededRandom(1, alpha);
      const values = Array.from({ length: 20_000 }, () => drawBeta(random, alpha));
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      assert.ok(Math.abs(mean - 0.5) < 0.012, `alpha ${alpha}: mean ${mean}`);
      const expected = 1 / (4 * (2 * alpha + 1));
      assert.ok(Math.abs(variance / expected - 1) < 0.05, `alpha ${alpha}: variance ${variance}, not ${expected}`);
    }
  });

  it('is between 0 and 1 even for a very small alpha', () => {
    const random = seededRandom(1, 'tiny');
    for (let draw = 0; draw < 1000; draw++) {
      const value = drawBeta(random, 1e-3);
      assert.ok(value >= 0 && value <= 1, `${value}`);
    }
  });
});

describe('a mixture', () => {
  const draws = (mixupAlpha: number, cutmixAlpha: number): (Mixture | undefined)[] =>
    Array.from({ length: 400 }, (_, index) => drawMixture(seededRandom(index), 20, { mixupAlpha, cutmixAlpha }));

  it('is of the kind whose alpha is above 0; if both are, of either kind with equal probability', () => {
    assert.deepEqual(new Set(draws(0, 0)), new Set([undefined]));
    assert.deepEqual(new Set(draws(0.2, 0).map((mixture) => mixture!.kind)), new Set(['mixup']));
    assert.deepEqual(new Set(draws(0, 1).map((mixture) => mixture!.kind)), new Set(['cutmix']));
    const cut = draws(0.2, 1).filter((mixture) => mixture!.kind === 'cutmix').length;
    assert.ok(cut > 160 && cut < 240, `${cut} of 400`);
  });

  it('of mixup is the weighted mean of both images', () => {
    const [own, other] = [noise(20, 1), noise(20, 2)];
    const out = new Float32Array(own.length);
    mix(own, other, 20, { kind: 'mixup', share: 0.3 }, out);
    for (const [place, value] of out.entries()) {
      assert.ok(Math.abs(value - (0.3 * own[place]! + 0.7 * other[place]!)) < 1e-4);
    }
  });

  it('of CutMix weights each image by its share of pixels', () => {
    const [own, other] = [new Uint8Array(1200).fill(10), new Uint8Array(1200).fill(50)];
    const shares = new Set<number>();
    for (const mixture of draws(0, 1)) {
      const out = new Float32Array(1200);
      mix(own, other, 20, mixture!, out);
      const kept = out.filter((value) => value === 10).length / 1200;
      assert.ok(Math.abs(kept - mixture!.share) < 1e-9);
      assert.equal(out.filter((value) => value === 50).length, Math.round(1200 * (1 - kept)));
      shares.add(mixture!.share);
    }
    assert.ok(shares.size > 50);
  });
});
