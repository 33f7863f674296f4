import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkReport } from '../../../src/executor/inside-host/check-report.js';

const METRICS = { loss: 0.5 };
const CHECKPOINT = { file: 'epoch-0001.ckpt', bytes: 10, sha256: '0123456789abcdef'.repeat(4) };
const CLASSES = { names: ['cat', 'dog'], confusion: [1, 2, 3, 4] };

const refused = (report: unknown, message: RegExp): void => {
  assert.throws(
    () => checkReport(report, 0),
    (error: Error & { code: string }) => {
      assert.equal(error.code, 'REPORT_INVALID');
      assert.match(error.message, message);
      return true;
    },
  );
};

describe('a report', () => {
  it('is reduced to what the contract names', () => {
    const report = { epoch: 1, metrics: METRICS, checkpoint: { ...CHECKPOINT, note: 'x' }, classes: CLASSES, more: 1 };
    assert.deepEqual(checkReport(report, 0), { epoch: 1, metrics: METRICS, checkpoint: CHECKPOINT, classes: CLASSES });
    assert.deepEqual(checkReport({ epoch: 1, metrics: METRICS }, 0), { epoch: 1, metrics: METRICS });
    const waited = { epoch: 1, metrics: METRICS, inputWait: 0.25 };
    assert.deepEqual(checkReport(waited, 0), waited);
  });

  it('says of its wait for input which share of the time it is', () => {
    for (const inputWait of [-0.1, 1.1, NaN, '0.5', null]) {
      refused({ epoch: 1, metrics: METRICS, inputWait }, /inputWait of a report must be a share from 0 to 1, not /);
    }
  });

  it('names its checkpoint by a file of the trial’s own folder, never by a way out of it', () => {
    const named = (file: unknown) => ({ epoch: 1, metrics: METRICS, checkpoint: { ...CHECKPOINT, file } });
    for (const file of ['last.json', '_1', 'a-b_c.d.e'])
      assert.equal(checkReport(named(file), 0).checkpoint!.file, file);
    for (const file of [
      '',
      '.',
      '..',
      '../x',
      'a/b',
      'a\\b',
      '/etc/passwd',
      '.hidden',
      'a b',
      'a\n',
      'x'.repeat(201),
      3,
    ]) {
      refused(named(file), /plain name within checkpointDir/);
    }
  });

  it('says of its checkpoint how long it is and what its hash is', () => {
    const changed = (change: object) => ({ epoch: 1, metrics: METRICS, checkpoint: { ...CHECKPOINT, ...change } });
    for (const bytes of [-1, 0.5, NaN, '10', undefined]) refused(changed({ bytes }), /bytes of a checkpoint/);
    for (const sha256 of ['', 'xyz', CHECKPOINT.sha256.toUpperCase(), 3]) refused(changed({ sha256 }), /sha256/);
    refused({ epoch: 1, metrics: METRICS, checkpoint: 'epoch-0001.ckpt' }, /\{file, bytes, sha256\}, not a string/);
  });

  it('counts every class against every class', () => {
    const of = (classes: unknown) => ({ epoch: 1, metrics: METRICS, classes });
    refused(of('cat'), /\{names, confusion\}, not a string/);
    refused(of({ ...CLASSES, names: ['cat', 2] }), /names of classes must be a list of strings/);
    for (const confusion of [[1, 2, 3], [1, 2, 3, -4], [1, 2, 3, 0.5], undefined]) {
      refused(of({ ...CLASSES, confusion }), /confusion of 2 classes must be a list of 4 counts/);
    }
  });
});
