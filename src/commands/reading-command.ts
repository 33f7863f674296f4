import { plainArguments, type ReadingCommand } from './plain-arguments.js';

/** The commands that only read, by their verbs. */
const READING = {
  top: async () => (await import('./top.js')).top,
  status: async () => (await import('./status.js')).status,
  show: async () => (await import('./show.js')).show,
  sql: async () => (await import('./sql.js')).sql,
} as const;

/** Runs a command that only reads, where the command line is plain; returns whether it was. */
export async function runReadingCommand([verb, ...words]: readonly string[]): Promise<boolean> {
  if (verb === undefined || !Object.hasOwn(READING, verb)) return false;
  const command = (await READING[verb as keyof typeof READING]()) as ReadingCommand<never>;
  const args = plainArguments(command, words);
  if (!args) return false;
  await command.handler(args as never);
  return true;
}
