import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Packages to compare with, at the same version of TensorFlow. */
const PACKAGES = ['tensorflow-cpu==2.21.0', 'optuna'];

/** Path of a Python with Keras and Optuna. Installs it at the first call, which takes some minutes and 2 GB. */
export function referencePython(): string {
  const folder = process.env['SWEEPWRIGHT_BENCH_VENV'] ?? join(homedir(), '.cache', 'sweepwright', 'bench-venv');
  const python = join(folder, 'bin', 'python');
  const done = join(folder, '.complete');
  if (existsSync(done) || process.env['SWEEPWRIGHT_BENCH_VENV'] !== undefined) return python;
  process.stderr.write(`Installing ${PACKAGES.join(' and ')} into ${folder}\n`);
  execFileSync('python3', ['-m', 'venv', folder], { stdio: ['ignore', 2, 2] });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES], { stdio: ['ignore', 2, 2] });
  writeFileSync(done, PACKAGES.join('\n'));
  return python;
}
