import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runProgram } from '../../src/platform/run-program.js';

describe('a program that is run', () => {
  it('tells a missing program from a failing and an aborted one', async () => {
    const { env } = process;
    assert.deepEqual(await runProgram('no-such-program', [], { env }), { status: 'missing' });
    const failed = await runProgram('sh', ['-c', 'echo out; echo err >&2; exit 3'], { env });
    assert.deepEqual(failed, { status: 'failed', exit: 'status 3', stdout: 'out\n', errors: 'err\n' });
    const late = await runProgram('sleep', ['60'], { env, timeoutMs: 50 });
    assert.deepEqual(late, { status: 'failed', exit: 'signal SIGTERM', stdout: '', errors: '' });
    const stop = new AbortController();
    const stopped = runProgram('sleep', ['60'], { env, signal: stop.signal });
    stop.abort();
    await assert.rejects(stopped, { name: 'AbortError' });
  });
});
