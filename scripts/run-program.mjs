import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * Runs a program with this one's terminal until it ends and resolves with its exit status, 128 + n after signal n. Signals
 * to stop this process are forwarded, and the program decides when to end. `onStart` gets its process id.
 */
export function runProgram(command, args, { cwd, stdio = 'inherit', onStart = () => undefined }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio });
    const handOn = (signal) => {
      // A terminal sends Ctrl-C to every process in the foreground, so the program already has the signal.
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, handOn);
    const end = () => signals.forEach((signal) => process.off(signal, handOn));
    child.once('spawn', () => onStart(child.pid));
    child.once('error', (error) => {
      end();
      reject(error);
    });
    child.once('close', (status, signal) => {
      end();
      resolve(status ?? 128 + constants.signals[signal]);
    });
  });
}
