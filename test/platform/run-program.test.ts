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
    assert.deepEqual(late, { status: 'failed', exit: 'time limit', stdout: '', errors: '' });
    const stop = new AbortController();
    const stopped = runProgram('sleep', ['60'], { env, signal: stop.signal });
    stop.abort();
    await assert.rejects(stopped, { name: 'AbortError' });
  });

  it('can be ended with all programs that it has started', async () => {
    const { env } = process;
    const options = { env, timeoutMs: 300, endsGroup: true } as const;
    // Without the group's end, the pipe of the second program would stay open for a minute.
    const startedAt = performance.now();
    const late = await runProgram('sh', ['-c', 'echo out; sleep 60; echo never'], options);
    assert.deepEqual(late, { status: 'failed', exit: 'time limit', stdout: 'out\n', errors: '' });
    assert.ok(performance.now() - startedAt < 50_000);
  });
});
