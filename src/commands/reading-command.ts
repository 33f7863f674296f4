import { plainArguments, type ReadingCommand } from './arguments/plain-arguments.js';

/** Commands that only read, by verb. */
const READING = {
  top: async () => (await import('./top.js')).top,
  status: async () => (await import('./status.js')).status,
  show: async () => (await import('./show.js')).show,
  sql: async () => (await import('./sql.js')).sql,
} as const;

/** Runs a reading command if the command line is simple enough. Returns whether it did. */
export async function runReadingCommand([verb, ...words]: readonly string[]): Promise<boolean> {
  if (verb === undefined || !Object.hasOwn(READING, verb)) return false;
  const command = (await READING[verb as keyof typeof READING]()) as ReadingCommand<never>;
  const args = plainArguments(command, words);
  if (!args) return false;
  await command.handler(args as never);
  return true;
}
