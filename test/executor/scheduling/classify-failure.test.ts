import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAILURE_KINDS, type FailureKind } from '../../../src/core/trial/failure.js';
import { classifyFailure } from '../../../src/executor/scheduling/classify-failure.js';
import { FailureStreak } from '../../../src/executor/scheduling/failure-streak.js';

const errors: Readonly<Record<FailureKind, readonly (readonly [code: string, message: string])[]>> = {
  oom: [
    ['TRAINER_THREW', 'Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[64,112,112,96]'],
    ['TRAINER_THREW', 'Array buffer allocation failed'],
    ['ERR_WORKER_OUT_OF_MEMORY', 'Worker terminated due to reaching memory limit: JS heap out of memory'],
    ['HOST_OUT_OF_MEMORY', 'the host of cpu:0 (process 7) was ended by SIGKILL: the system had no memory left'],
    ['HOST_CRASHED', "terminate called after throwing an instance of 'std::bad_alloc'"],
    ['HOST_CRASHED', 'failed to create cublas handle: CUBLAS_STATUS_ALLOC_FAILED'],
  ],
  diverged: [['DIVERGED', 'training diverged: the loss is NaN in step 3 of epoch 1']],
  hung: [['TRIAL_HUNG', 'no progress for 61 s (limit 60 s)']],
  crashed: [['HOST_CRASHED', 'the host of cpu:0 (process 7) was ended by SIGSEGV']],
  data: [
    ['DATASET_CORRUPT', 'more than 0 images cannot be decoded'],
    ['LABEL_UNKNOWN', 'no such class'],
  ],
  disk: [
    ['DISK_FULL', 'the disk is full'],
    ['ENOSPC', 'no space left on device, write'],
    ['EIO', 'i/o error, fsync'],
    ['CACHE_UNWRITABLE', 'the cache cannot be written'],
  ],
  killed: [['TIME_LIMIT', 'its time is over']],
  code: [
    ['TRAINER_THREW', 'x is not a function'],
    ['ENOENT', 'no such file'],
    ['REPORT_INVALID', 'epochs count from 1, not 0'],
    ['TRAINER_INVALID', 'exports no function named train'],
  ],
};

test('every kind of failure follows from the code, or from the message of native code', () => {
  for (const kind of FAILURE_KINDS) {
    for (const [code, message] of errors[kind]) assert.equal(classifyFailure({ code, message }), kind, message);
  }
});

const thrown = (message: string) => ({ code: 'TRAINER_THREW', message, stack: '' });

test('three trials in a row that fail alike except for numbers and names end the sweep', () => {
  const streak = new FailureStreak();
  assert.equal(streak.add('code', thrown('shape [2,3] does not fit "a"')), undefined);
  assert.equal(streak.add('code', thrown('shape [2,-4.5e3] does not fit "b"')), undefined);
  const error = streak.add('code', thrown('shape [7,3] does not fit "c"'));
  assert.equal(error?.code, 'FAILS_ALIKE');
  assert.match(error.message, /^3 trials in a row failed alike, the last one with TRAINER_THREW: shape \[7,3\]/);
});

test('a success or another failure resets the streak; diverging trials make no streak', () => {
  const streak = new FailureStreak();
  const fail = (message: string) => streak.add('code', thrown(message));
  assert.equal(fail('a 1'), undefined);
  assert.equal(fail('a 2'), undefined);
  streak.reset();
  assert.equal(fail('a 3'), undefined);
  assert.equal(fail('a 4'), undefined);
  assert.equal(fail('b 5'), undefined);
  assert.equal(fail('a 6'), undefined);
  for (let trial = 0; trial < 5; trial++) assert.equal(streak.add('diverged', thrown('the loss is NaN')), undefined);
});
