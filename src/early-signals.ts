/**
 * Makes SIGTERM and SIGHUP end a command as SIGINT does: shells see the exit status 130. `cli.ts` imports it first, for signals
 * that come before the command listens to them.
 */
const signals = ['SIGTERM', 'SIGHUP'] as const;

for (const signal of signals) {
  process.on(signal, () => {
    // The command ends in order by itself.
    if (hasListeners(signal)) return;
    // Ends the process at once. An exit would wait for a query that is under way.
    process.kill(process.pid, 'SIGINT');
    // The first process of a container survives signals.
    process.exit(130);
  });
}

/** Whether the command itself listens to a signal. */
export const hasListeners = (signal: (typeof signals)[number]): boolean => process.listenerCount(signal) > 1;
