import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StepClock } from '../../../src/executor/hosts/step-clock.js';
import { DEFAULT_HANG_TIMEOUTS, Watchdog, type Hang, type HangTimeouts } from '../../../src/executor/hosts/watchdog.js';

/** A trial in slot 0 and a watchdog that looks once a second of a time that the test tells. */
class Scene {
  readonly clock = new StepClock();
  readonly hangs: Hang[] = [];
  readonly watchdog: Watchdog;
  now = 0;

  constructor(hangTimeouts: Partial<HangTimeouts> = {}) {
    this.watchdog = new Watchdog({ ...DEFAULT_HANG_TIMEOUTS, ...hangTimeouts }, 0);
    this.watchdog.watch(0, this.clock, (hang) => this.hangs.push(hang), 0);
  }

  pass(seconds: number): void {
    for (let second = 0; second < seconds; second++) this.watchdog.check((this.now += 1_000));
  }

  steps(count: number, seconds: number): void {
    for (let step = 0; step < count; step++) {
      this.pass(seconds);
      this.clock.step(this.now);
    }
  }
}

test('the limit is a minute after quick steps, and twenty steps after slow ones', () => {
  const quick = new Scene();
  quick.steps(5, 1);
  quick.pass(60);
  assert.equal(quick.hangs.length, 0);
  quick.pass(10);
  assert.deepEqual(quick.hangs, [{ silentMs: 61_000, allowedMs: 60_000 }], 'and it is told once');

  const slow = new Scene();
  slow.steps(5, 10);
  slow.pass(200);
  assert.equal(slow.hangs.length, 0);
  slow.pass(2);
  assert.equal(slow.hangs[0]?.allowedMs, 200_000);
});

test('one slow step does not change the median', () => {
  const scene = new Scene();
  scene.steps(10, 1);
  scene.steps(1, 50);
  scene.pass(62);
  assert.equal(scene.hangs[0]?.allowedMs, 60_000);
});

test('before the first steps the limit is half an hour from the last sign of life, preparation included', () => {
  const scene = new Scene({ saysProgress: true });
  scene.pass(1_700);
  scene.clock.prepare();
  scene.pass(1_799);
  scene.clock.step(scene.now);
  scene.pass(1_790);
  assert.equal(scene.hangs.length, 0);
  scene.pass(20);
  assert.equal(scene.hangs[0]?.allowedMs, 1_800_000);
});

test('a trainer without progress has no limit; one that only reports is timed by its epochs', () => {
  const silent = new Scene();
  silent.pass(100_000);
  assert.equal(silent.hangs.length, 0);

  const reporting = new Scene();
  for (let epoch = 0; epoch < 4; epoch++) {
    reporting.clock.report(reporting.now);
    reporting.clock.answer(reporting.now);
    reporting.pass(200);
  }
  reporting.pass(3_700);
  assert.equal(reporting.hangs.length, 0);
  reporting.pass(200);
  assert.equal(reporting.hangs[0]?.allowedMs, 4_000_000);
});

test('the time that a report waits for its answer does not count, neither as a hang nor as a step', () => {
  const scene = new Scene();
  scene.steps(5, 1);
  scene.clock.report(scene.now);
  scene.watchdog.wait(0, 1);
  scene.pass(10_000);
  assert.equal(scene.hangs.length, 0);
  scene.watchdog.wait(0, -1);
  scene.clock.answer(scene.now);
  scene.steps(1, 1);
  assert.equal(scene.clock.medianMs, 1_000);
  scene.pass(62);
  assert.equal(scene.hangs.length, 1);
});

test('the time restarts after the machine was suspended', () => {
  const scene = new Scene();
  scene.steps(5, 1);
  scene.pass(30);
  scene.now += 8 * 3_600_000;
  scene.pass(60);
  assert.equal(scene.hangs.length, 0);
  scene.pass(5);
  assert.equal(scene.hangs.length, 1);
});
