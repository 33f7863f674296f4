import type { CommandModule } from 'yargs';

export const schema: CommandModule<object, object> = {
  command: 'schema',
  describe: 'Print the JSON Schema of sweep files, for editors and other programs',
  handler: async () => {
    const { sweepFileSchema } = await import('../session/sweep-file-schema.js');
    process.stdout.write(`${JSON.stringify(sweepFileSchema(), null, 2)}\n`);
  },
};
