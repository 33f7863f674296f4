import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Path of a Python with Keras and Optuna, or the one in the folder that SWEEPWRIGHT_BENCH_VENV names. */
export function referencePython(): string {
  const folder = process.env['SWEEPWRIGHT_BENCH_VENV'];
  // At the same version of TensorFlow as ours.
  return folder === undefined
    ? installedPython('bench-venv', ['tensorflow-cpu==2.21.0', 'optuna'])
    : join(folder, 'bin', 'python');
}

/** Path of a Python with packages. Installs them at the first call, which takes some minutes and up to 2 GB. */
export function installedPython(name: string, packages: readonly string[]): string {
  const folder = join(homedir(), '.cache', 'sweepwright', name);
  const python = join(folder, 'bin', 'python');
  const done = join(folder, '.complete');
  if (existsSync(done)) return python;
  process.stderr.write(`Installing ${packages.join(' and ')} into ${folder}\n`);
  execFileSync('python3', ['-m', 'venv', folder], { stdio: ['ignore', 2, 2] });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...packages], { stdio: ['ignore', 2, 2] });
  writeFileSync(done, packages.join('\n'));
  return python;
}
