/** Entry of a host that is a child process: its messages go over Node's IPC channel. */
import { runHost } from '../../inside-host/run-host.js';
import type { HostRequest } from '../messages.js';
import type { HangTimeouts } from '../watchdog.js';

// The main process decides what an interrupt means; a terminal sends it to every process of the group.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
// Without its supervisor a host has no task.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

await runHost(
  {
    send: (replies, onSent) => void process.send!(replies, undefined, undefined, () => onSent()),
    onRequests: (take) => process.on('message', (requests: readonly HostRequest[]) => take(requests)),
  },
  { slots: Number(process.argv[2]), hangTimeouts: JSON.parse(process.argv[3]!) as HangTimeouts },
);
