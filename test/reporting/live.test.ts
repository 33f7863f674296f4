import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { Chalk } from 'chalk';
import type { SweepEvent } from '../../src/core/events.js';
import { formatCount, formatDuration, formatMetric, formatParam, formatShare } from '../../src/reporting/format.js';
import { drawFrame } from '../../src/reporting/terminal/frame.js';
import { liveView } from '../../src/reporting/terminal/live-view.js';
import { jsonView, plainView, quietView } from '../../src/reporting/terminal/plain-view.js';
import { SweepProgress, type SweepOutline } from '../../src/reporting/terminal/progress.js';

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

test('durations, parameters, metrics and counts read as people write them', () => {
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
  assert.deepEqual([3e-5, 0.00003, 0.1, 0.1 + 0.2, 64, 1e6, 'b0', true, [1, 2], 0, undefined].map(formatParam), [
    '3e-5',
    '3e-5',
    '0.1',
    '0.3',
    '64',
    '1e6',
    'b0',
    'true',
    '[1,2]',
    '0',
    '-',
  ]);
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

test('the time left of a trial comes from how far it is, that of the sweep from the trials done', () => {
  const progress = new SweepProgress(outline);
  assert.equal(progress.sweepSecondsLeft(0), undefined);
  progress.apply(started(2, 0));
  progress.apply(progressed(2, 5_000, 1, 5));
  // A quarter of two epochs took 5 s: 15 s are left.
  assert.equal(progress.trialSecondsLeft(progress.running.get(2)!, 5_000), 15);
  progress.apply(epoch(2, 10_000, 1, 0.5));
  progress.apply(progressed(2, 20_000, 2, 10));
  progress.apply(completed(2, 20_000));
  progress.apply(started(3, 20_000));
  // One trial took 20 s; one runs and has not said how far it is, one waits: 40 s of work on two slots.
  assert.equal(progress.sweepSecondsLeft(20_000), 20);
  assert.deepEqual([progress.done, progress.running.size, progress.best], [2, 1, { trialId: 2, value: 0.5 }]);
});

test('a trial counts as failed when no attempt follows, and only then', () => {
  const progress = new SweepProgress(outline);
  progress.apply(started(2, 0));
  progress.apply(failed(2, true));
  assert.deepEqual([progress.failed, progress.running.size], [0, 0]);
  progress.apply(started(2, 6));
  progress.apply(failed(2, false));
  assert.deepEqual([progress.failed, progress.running.size], [1, 0]);
});

test('the picture names the sweep, the counts, the best trial and every running one', () => {
  const progress = new SweepProgress(outline);
  progress.apply(started(7, 0, 1));
  progress.apply(started(6, 0, 0));
  progress.apply(progressed(6, 4_000, 1, 5));
  progress.apply(epoch(7, 4_000, 1, 0.8123));
  const lines = drawFrame(progress, { now: 4_000, columns: 120, rows: 30, style: plain });
  assert.match(lines[0]!, /^birds {2}1\/4 done {2}2 running {2}━{6}─{18} 25% {2}4\.0s so far, \S+ left$/);
  assert.equal(lines[1], 'best val_macro_f1 0.8123  trial 7');
  assert.equal(lines[3], 'slot     trial  epoch            val_macro_f1  left  backbone  learning_rate');
  assert.equal(lines[4], 'cpu:0/0  6      1/2    ━━━━────  -             12s   b0        3e-5         ');
  assert.match(lines[5]!, /^cpu:0\/1 {2}7 {6}2 {6}─{8} {2}0\.8123/);
});

test('no line of the picture is wider than the terminal, colours and wide characters counted', () => {
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

test('the picture never takes more rows than the terminal has', () => {
  const progress = new SweepProgress(outline);
  for (let id = 1; id <= 50; id++) progress.apply(started(id, 0, id));
  assert.equal(drawFrame(progress, { now: 1, columns: 80, rows: 10, style: plain }).length, 9);
});

test('finished trials scroll away above a picture that is painted over itself', async () => {
  const screen = new Screen();
  const view = liveView(outline, { terminal: screen, style: plain, now: () => 9_000 });
  await view.emit(started(2, 0));
  await view.emit(epoch(2, 5_000, 1, 0.75));
  await view.emit(completed(2, 8_000));
  await view.emit(started(3, 8_000));
  screen.write('^C');
  view.notice('stopping');
  assert.match(
    screen.lines[0]!,
    /^✓ trial 2 +val_macro_f1 0\.7500 \(epoch 1\) +8\.0s {2}backbone=b0 learning_rate=3e-5$/,
  );
  assert.match(screen.lines[1]!, /^birds {2}2\/4 done /);
  assert.equal(screen.lines[2], 'stopping');
  assert.equal(screen.lines.filter((line) => line.startsWith('birds')).length, 1);
  await view.close();
  await view.close();
  assert.deepEqual(screen.lines, [screen.lines[0], '']);
});

test('plain lines tell starts, epochs and ends; quiet tells only what failed for good', async () => {
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

test('for programs every event is one line of JSON', async () => {
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

/** A terminal that understands what the live view writes: text, new lines, cursor up, erase below, show and hide cursor. */
class Screen {
  readonly columns = 120;
  readonly rows = 40;
  lines = [''];
  #row = 0;
  #column = 0;

  write(text: string): void {
    for (const [part, up] of text.matchAll(/\u001b\[(\d+)A|\u001b\[0J|\u001b\[\?25[lh]|\r|\n|[^\u001b\r\n]+/g)) {
      if (up !== undefined) this.#row -= Number(up);
      else if (part === '\r') this.#column = 0;
      else if (part === '\u001b[0J') this.lines = [...this.lines.slice(0, this.#row), this.#kept()];
      else if (part === '\n') this.#newLine();
      else if (!part.startsWith('\u001b')) this.#print(part);
    }
  }
  #kept(): string {
    return this.lines[this.#row]!.slice(0, this.#column);
  }

  #newLine(): void {
    this.lines[++this.#row] ??= '';
    this.#column = 0;
  }

  #print(text: string): void {
    this.lines[this.#row] = this.#kept().padEnd(this.#column) + text;
    this.#column += text.length;
  }
}
