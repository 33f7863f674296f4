import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { Chalk } from 'chalk';
import { randomInt, seededRandom } from '../../../../src/core/random.js';
import type { SweepEvent } from '../../../../src/core/trial/events.js';
import { formatCount, formatDuration, formatMetric, formatParam, formatShare } from '../../../../src/core/format.js';
import { drawFrame } from '../../../../src/reporting/terminal/live/frame.js';
import { progressLine } from '../../../../src/reporting/terminal/live/progress-line.js';
import { liveView } from '../../../../src/reporting/terminal/live/live-view.js';
import { jsonView, plainView, quietView } from '../../../../src/reporting/terminal/live/plain-view.js';
import type { SweepOutline } from '../../../../src/core/trial/sweep-session.js';
import { SweepProgress } from '../../../../src/reporting/terminal/live/sweep-progress.js';
import { TestTerminal } from './test-terminal.js';

const plain = new Chalk({ level: 0 });
const outline: SweepOutline = {
  name: 'birds',
  objective: { metric: 'val_macro_f1', goal: 'maximize' },
  varying: ['backbone', 'learning_rate'],
  total: 4,
  done: 1,
  failed: 0,
  slots: 2,
  startedAt: 0,
};

const started = (trialId: number, at: number, slot = 0): SweepEvent => ({
  type: 'trial-started',
  at,
  trialId,
  attempt: 1,
  trial: {
    id: trialId,
    key: `k${trialId}`,
    position: trialId,
    seed: 0,
    params: { backbone: 'b0', learning_rate: 3e-5 },
  },
  environment: { device: 'cpu:0', slot, node: 'lab', pid: 1, threads: 1 },
});
const epoch = (trialId: number, at: number, number: number, value: number): SweepEvent => ({
  type: 'trial-epoch',
  at,
  trialId,
  attempt: 1,
  epoch: number,
  metrics: { val_macro_f1: value },
});
const progressed = (trialId: number, at: number, number: number, step: number): SweepEvent => ({
  type: 'trial-progress',
  at,
  trialId,
  attempt: 1,
  epoch: number,
  epochs: 2,
  step,
  steps: 10,
});
const completed = (trialId: number, at: number): SweepEvent => ({ type: 'trial-completed', at, trialId, attempt: 1 });
const failed = (trialId: number, willRetry: boolean): SweepEvent => ({
  type: 'trial-failed',
  kind: 'code',
  at: 5,
  trialId,
  attempt: 1,
  error: { code: 'DIVERGED', message: 'loss is NaN\nat step 3', stack: '', hint: 'Take a lower rate.' },
  willRetry,
});

test('durations, parameters, metrics and counts are formatted for people', () => {
  assert.deepEqual([0.44, 12.4, 59.7, 185, 7800, 86400 * 4 + 3 * 3600, undefined, Infinity].map(formatDuration), [
    '0.4s',
    '12s',
    '1m 00s',
    '3m 05s',
    '2h 10m',
    '4d 3h',
    '-',
    '-',
  ]);
  assert.deepEqual(
    [3e-5, 0.00003, 0.1, 0.1 + 0.2, 64, 1e6, 'b0', true, [1, 2], 0, undefined].map((value) => formatParam(value)),
    ['3e-5', '3e-5', '0.1', '0.3', '64', '1e6', 'b0', 'true', '[1,2]', '0', '-'],
  );
  assert.deepEqual([0, 0.00021, 0.0537, 0.0996, 0.123, 1].map(formatShare), [
    '0 %',
    '0.02 %',
    '5 %',
    '10 %',
    '12 %',
    '100 %',
  ]);
  assert.deepEqual([0.81234, 12.3456, 0.00012, NaN, 0, undefined].map(formatMetric), [
    '0.8123',
    '12.35',
    '1.2e-4',
    'NaN',
    '0.0000',
    '-',
  ]);
  assert.deepEqual([1234567, Infinity].map(formatCount), ['1,234,567', '∞']);
});

test('progress counts finished trials and keeps the best one', () => {
  const progress = new SweepProgress(outline);
  progress.apply(started(2, 0));
  progress.apply(epoch(2, 10_000, 1, 0.5));
  progress.apply(progressed(2, 20_000, 2, 10));
  progress.apply(completed(2, 20_000));
  progress.apply(started(3, 20_000));
  assert.deepEqual([progress.done, progress.running.size, progress.best], [2, 1, { trialId: 2, value: 0.5 }]);
});

test('a trial counts as failed only when no further attempt follows', () => {
  const progress = new SweepProgress(outline);
  progress.apply(started(2, 0));
  progress.apply(failed(2, true));
  assert.deepEqual([progress.failed, progress.running.size], [0, 0]);
  progress.apply(started(2, 6));
  progress.apply(failed(2, false));
  assert.deepEqual([progress.failed, progress.running.size], [1, 0]);
});

test('a frame names the sweep, the counts, the best trial and every running one', () => {
  const progress = new SweepProgress(outline);
  progress.apply(started(7, 0, 1));
  progress.apply(started(6, 0, 0));
  for (let step = 1; step <= 10; step++)
    progress.apply(progressed(6, step * 1000, step < 6 ? 1 : 2, step < 6 ? 2 * step : step - 5));
  progress.apply(epoch(7, 4_000, 1, 0.8123));
  const lines = drawFrame(progress, { now: 10_000, columns: 120, rows: 30, style: plain });
  assert.match(lines[0]!, /^birds {2}1\/4 done {2}2 running {2}━{6}─{18} {2}25% {2}10s so far {2}\d+–\d+s left$/);
  assert.equal(lines[1], 'best val_macro_f1 0.8123  trial 7');
  assert.equal(lines[3], 'slot     trial  epoch            val_macro_f1  left  backbone  learning_rate');
  assert.match(lines[4]!, /^cpu:0\/0 {2}6 {6}2\/2 {4}━{4}─{4} {2}- {13}\d–\ds {2}b0 {8}3e-5 {9}$/);
  assert.match(lines[5]!, /^cpu:0\/1 {2}7 {6}2 {6}─{8} {2}0\.8123/);
});

test('a trial that compiles says so, and a long value does not push the others out of sight', () => {
  const progress = new SweepProgress({ ...outline, varying: ['weights', 'learning_rate'] });
  const start = started(2, 0) as Extract<SweepEvent, { type: 'trial-started' }>;
  const params = { weights: `./${'models/'.repeat(8)}birds.safetensors`, learning_rate: 1e-3 };
  progress.apply({ ...start, trial: { ...start.trial, params } });
  const row = (): string => drawFrame(progress, { now: 1, columns: 110, rows: 9, style: plain })[4]!;
  progress.apply({ type: 'trial-preparing', at: 1, trialId: 2, attempt: 1, what: 'images', done: 407, total: 483 });
  assert.match(row(), /preparing images 407\/483/);
  progress.apply({ type: 'trial-preparing', at: 2, trialId: 2, attempt: 1, what: 'compiling' });
  assert.match(row(), /^cpu:0\/0 {2}2 {6}compiling .*\.\/models\/.*… {2}1e-3/);
  progress.apply(progressed(2, 3, 1, 1));
  assert.match(row(), /^cpu:0\/0 {2}2 {6}1\/2 /);
});

test('no line of a frame is wider than the terminal, colours and wide characters counted', () => {
  const progress = new SweepProgress({ ...outline, name: '鳥類の写真'.repeat(6) });
  progress.apply(started(7, 0));
  for (const columns of [20, 33, 80]) {
    const lines = drawFrame(progress, { now: 1, columns, rows: 10, style: new Chalk({ level: 1 }) });
    for (const line of lines) {
      const shown = stripVTControlCharacters(line);
      const cells = [...shown].reduce((sum, char) => sum + (/[\u3000-\u9fff]/.test(char) ? 2 : 1), 0);
      assert.ok(cells <= columns, `${cells} cells in ${columns}: ${shown}`);
    }
  }
});

test('a frame never takes more rows than the terminal has', () => {
  const progress = new SweepProgress(outline);
  for (let id = 1; id <= 50; id++) progress.apply(started(id, 0, id));
  assert.equal(drawFrame(progress, { now: 1, columns: 80, rows: 10, style: plain }).length, 9);
});

test('finished trials scroll away above a frame that is repainted in place', async (t) => {
  const screen = new TestTerminal(120, 40);
  const view = liveView(outline, { terminal: screen, style: plain, now: () => 9_000 });
  t.after(() => view.close());
  await view.emit(started(2, 0));
  await view.emit(epoch(2, 5_000, 1, 0.75));
  await view.emit(completed(2, 8_000));
  await view.emit(started(3, 8_000));
  screen.write('^C');
  view.notice('stopping');
  const lines = await screen.lines();
  assert.match(lines[0]!, /^✓ trial 2 +val_macro_f1 0\.7500 \(epoch 1\) +8\.0s {2}backbone=b0 learning_rate=3e-5$/);
  assert.match(lines[1]!, /^birds {2}2\/4 done /);
  assert.equal(lines[2], 'stopping');
  assert.equal(lines.filter((line) => line.startsWith('birds')).length, 1);
  assert.ok(!lines.some((line) => line.includes('^C')), 'the echo of a key is erased');
  await view.close();
  await view.close();
  assert.deepEqual(await screen.lines(), [lines[0]]);
});

test('a resized terminal keeps no remains of earlier frames', async (t) => {
  const screen = new TestTerminal(140, 30);
  const view = liveView(outline, { terminal: screen, style: plain, now: () => 9_000 });
  t.after(() => view.close());
  view.line('a line that stays');
  for (const id of [2, 3]) await view.emit(started(id, 0, id));
  for (const [columns, rows] of [
    [60, 30],
    [31, 20],
    [100, 12],
    [80, 24],
  ] as const) {
    await screen.resize(columns, rows);
    const lines = await screen.lines();
    assert.equal(lines[0], 'a line that stays', `${columns}x${rows}`);
    const once = (start: string): void =>
      assert.equal(lines.filter((line) => line.startsWith(start)).length, 1, `${start} at ${columns}x${rows}`);
    for (const start of ['birds', 'best', 'slot', 'cpu:0/2', 'cpu:0/3']) once(start);
    assert.equal(lines.length, 7, lines.join('\n'));
  }
});

test('a terminal that is made narrower and wider again and again keeps no remains, however its lines were wrapped', async (t) => {
  const random = seededRandom(3, 'sizes');
  const screen = new TestTerminal(80, 40);
  const long = { ...outline, name: 'a-rather-long-name-of-a-sweep', varying: ['backbone', 'learning_rate', 'weights'] };
  let time = 0;
  const view = liveView(long, { terminal: screen, style: new Chalk({ level: 1 }), now: () => time });
  t.after(() => view.close());
  for (const id of [2, 3, 4]) await view.emit(started(id, 0, id));
  for (let change = 1; change <= 60; change++) {
    time += 1000;
    const paintTwice = async (): Promise<void> => {
      for (const step of [1, 2]) await view.emit(progressed(3, (time += 200), 2, step));
      view.notice(undefined);
    };
    await screen.resize(30 + randomInt(random, 170), 40, change % 3 === 0 ? paintTwice : undefined);
    if (change % 5 === 0) view.line(`line ${change} stays`);
    if (change % 2 === 0) await view.emit(progressed(2, time, 1, change % 10));
    const lines = await screen.lines();
    const starting = (start: string): number => lines.filter((line) => line.startsWith(start)).length;
    const found = ['best', 'slot ', 'cpu:0/2', 'cpu:0/3', 'cpu:0/4'].map(starting);
    assert.deepEqual(found, [1, 1, 1, 1, 1], lines.join('\n'));
    assert.equal(lines.length, 7 + Math.floor(change / 5), lines.join('\n'));
  }
});

test('progress is one line on a terminal and hidden elsewhere; permanent lines are printed on both', async () => {
  const screen = new TestTerminal(20, 10);
  let time = 0;
  const line = progressLine({ stream: screen, now: () => time });
  line.show('1 of 300 images');
  line.show('2 of 300 images');
  assert.deepEqual(await screen.lines(), ['1 of 300 images'], 'ten a second at most');
  line.say('an image is odd');
  time = 100;
  line.show('300 of 300 images, which is more than fits');
  assert.deepEqual(await screen.lines(), ['an image is odd', '300 of 300 images, w']);
  line.end();
  assert.deepEqual(await screen.lines(), ['an image is odd']);

  let log = '';
  const stream = new Writable({ write: (text, _, done) => ((log += String(text)), done()) });
  const elsewhere = progressLine({ stream, now: () => 0 });
  elsewhere.show('1 of 300 images');
  elsewhere.say('an image is odd');
  elsewhere.end();
  assert.equal(log, 'an image is odd\n');
});

test('in a small terminal the bar is cut first, then parameters, then the last trials', () => {
  const progress = new SweepProgress({ ...outline, slots: 50 });
  for (let id = 1; id <= 50; id++) progress.apply(started(id, 0, id));
  const small = drawFrame(progress, { now: 1, columns: 58, rows: 10, style: plain });
  assert.match(small[0]!, /^birds {2}1\/4 done {2}50 running {2}━+─+ {2}25% {2}0\.0s so far$/);
  assert.equal(small.at(-1), 'and 46 more');
  assert.match(small[3]!, /^slot +trial +epoch +val_macro_f1 +left {2}backbone {2}lear$/);
  const tiny = drawFrame(progress, { now: 1, columns: 22, rows: 10, style: plain });
  assert.equal(tiny[0], 'birds  1/4 done  25%', 'what is done stays, what is said elsewhere goes');
  const named = new SweepProgress({ ...outline, name: 'a-sweep-with-a-long-name' });
  assert.equal(drawFrame(named, { now: 1, columns: 24, rows: 10, style: plain })[0], 'a-sweep-with-…  1/4 done');
  for (const [columns, rows] of [
    [80, 24],
    [250, 60],
  ] as const) {
    const lines = drawFrame(progress, { now: 1, columns, rows, style: plain });
    assert.ok(lines.length < rows && lines.every((line) => line.length <= columns));
    assert.match(lines[0]!, /━/);
  }
});

test('text from outside cannot steer the terminal', async () => {
  const evil = 'x\u001b[2J\u0007\u202ey';
  const progress = new SweepProgress({ ...outline, name: evil, varying: [evil] });
  progress.apply({
    ...(started(2, 0) as Extract<SweepEvent, { type: 'trial-started' }>),
    trial: { id: 2, key: 'k2', position: 2, seed: 0, params: { [evil]: evil } },
  });
  const log: string[] = [];
  const view = plainView({ ...outline, varying: [evil] }, { write: (text) => log.push(text), style: plain });
  await view.emit({ type: 'trial-warning', at: 1, trialId: 2, attempt: 1, message: `${evil}\r\n${evil}` });
  await view.emit({
    ...(failed(2, false) as object),
    error: { code: 'X', message: evil, stack: '', hint: evil },
  } as SweepEvent);
  await view.emit({
    type: 'host-lost',
    at: 1,
    device: 'cpu:0',
    node: 'here',
    pid: 1,
    error: { code: 'X', message: evil, stack: '' },
  });
  const shown = [...drawFrame(progress, { now: 1, columns: 200, rows: 30, style: plain }), ...log];
  for (const text of shown) assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  assert.match(shown.join('\n'), /x�\[2J��y/);
});

test('plain output has starts, epochs and ends; quiet output only final failures', async () => {
  const [log, quiet] = [[] as string[], [] as string[]];
  const views = [
    plainView(outline, { write: (text) => log.push(text), style: plain }),
    quietView(outline, { write: (text) => quiet.push(text), style: plain }),
  ];
  const events = [started(2, 0), epoch(2, 5_000, 1, 0.75), failed(2, true), started(2, 6_000), failed(2, false)];
  for (const event of events) for (const view of views) await view.emit(event);
  assert.deepEqual(log, [
    '▸ trial 2 on cpu:0/0  backbone=b0 learning_rate=3e-5\n',
    '  trial 2 epoch 1  val_macro_f1 0.7500\n',
    '↻ trial 2    attempt 1 failed, trying again: DIVERGED: loss is NaN  backbone=b0 learning_rate=3e-5\n',
    '▸ trial 2 on cpu:0/0  backbone=b0 learning_rate=3e-5\n',
    '✗ trial 2    failed: DIVERGED: loss is NaN  backbone=b0 learning_rate=3e-5\n  Take a lower rate.\n',
  ]);
  assert.equal(quiet.length, 1);
  assert.match(quiet[0]!, /^✗ trial 2 {4}failed: DIVERGED/);
});

test('JSON output has one line for each event', async () => {
  const lines: string[] = [];
  const view = jsonView((text) => lines.push(text));
  const events = [started(2, 0), epoch(2, 5, 1, 0.75), completed(2, 9)];
  for (const event of events) await view.emit(event);
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as SweepEvent),
    events,
  );
  assert.ok(lines.every((line) => line.indexOf('\n') === line.length - 1));
});

test('a warning that several trials repeat is printed once', async () => {
  const log: string[] = [];
  const view = plainView(outline, { write: (text) => log.push(text), style: plain });
  for (const [trialId, message] of [[1, 'same'] as const, [2, 'same'] as const, [2, 'other'] as const]) {
    await view.emit({ type: 'trial-warning', at: 1, trialId, attempt: 1, message });
  }
  assert.deepEqual(log, ['! trial 1    same\n', '! trial 2    other\n']);
});
