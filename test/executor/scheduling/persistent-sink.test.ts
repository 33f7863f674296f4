import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError, IllegalTransitionError } from '../../../src/core/errors.js';
import type { EventSink, SweepEvent } from '../../../src/core/trial/events.js';
import { Persistence } from '../../../src/executor/scheduling/persistence.js';
import { persistentSink } from '../../../src/executor/scheduling/persistent-sink.js';

const event: SweepEvent = { type: 'trial-completed', at: 0, trialId: 1, attempt: 1 };
const full = new EnvironmentError('DISK_FULL', 'the disk is full');

/** A sink that answers as it is told, in turn, and takes everything after that. */
function insisting(answers: readonly Error[]) {
  const tries: SweepEvent[] = [];
  const said: (string | undefined)[] = [];
  const giveUp = new AbortController();
  const left = [...answers];
  const inner: EventSink = {
    emit: (given) => {
      tries.push(given);
      const error = left.shift();
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    },
    close: () => Promise.resolve(),
  };
  const persistence = new Persistence({
    onWaiting: (reason) => said.push(reason?.code),
    signal: giveUp.signal,
    firstDelayMs: 1,
    maxDelayMs: 2,
  });
  return { sink: persistentSink(inner, persistence), tries, said, giveUp };
}

test('an event that cannot be recorded is retried until it is, and the wait is reported once', async () => {
  const { sink, tries, said } = insisting([full, new EnvironmentError('STORE_GONE', 'removed'), full]);
  await sink.emit(event);
  assert.equal(tries.length, 4);
  assert.deepEqual(said, ['DISK_FULL', undefined]);
});

test('several events wait together', async () => {
  const { sink, said } = insisting([full, full, full]);
  await Promise.all([sink.emit(event), sink.emit(event)]);
  assert.deepEqual(said, ['DISK_FULL', undefined]);
});

test('an event that turns out to be recorded already counts as recorded', async () => {
  const broken = new EnvironmentError('STORE_FAILED', 'broke down in a commit');
  const { sink } = insisting([broken, new IllegalTransitionError('completed', 'trial-completed')]);
  await sink.emit(event);
});

test('a permanent error and a bug are thrown at once', async () => {
  const { sink, said } = insisting([
    new IllegalTransitionError('completed', 'trial-completed'),
    new EnvironmentError('STORE_CLOSED', 'closed'),
  ]);
  await assert.rejects(sink.emit(event), { code: 'ILLEGAL_TRANSITION' });
  await assert.rejects(sink.emit(event), { code: 'STORE_CLOSED' });
  assert.deepEqual(said, []);
});

test('giving up throws the error, after one last try', async () => {
  const { sink, giveUp, tries, said } = insisting(Array.from({ length: 100 }, () => full));
  const emitted = sink.emit(event);
  while (said.length === 0) await sleep(1);
  giveUp.abort();
  await assert.rejects(emitted, { code: 'DISK_FULL' });
  assert.ok(tries.length >= 2 && tries.length < 100);
});
