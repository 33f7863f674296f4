// Trains with a program in another language. The program gets the trial as JSON in its last argument and prints one line of
// JSON for each epoch: {"epoch": 1, "val_loss": 0.31}. Other lines, and what it writes to stderr, are output.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const PROGRAM = ['python3', 'train.py'];

/** @type {import('sweepwright').Train} */
export async function train({ params, seed, dataset, checkpointDir, report, signal }) {
  const trial = JSON.stringify({ params, seed, dataset, checkpointDir });
  const [command, ...args] = PROGRAM;
  const options = { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'], signal };
  const child = spawn(command, [...args, trial], options);
  const ended = once(child, 'close');
  // Handled where it is awaited.
  ended.catch(() => undefined);
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) {
      console.log(line);
      continue;
    }
    const { epoch, ...metrics } = JSON.parse(line);
    if ((await report({ epoch, metrics })) === 'stop') {
      child.kill();
      return;
    }
  }
  const [status] = await ended;
  if (status !== 0) throw new Error(`${PROGRAM.join(' ')} ended with status ${status}`);
}
