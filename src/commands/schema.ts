import type { CommandModule } from 'yargs';

export const schema: CommandModule<object, object> = {
  command: 'schema',
  describe: 'Print the JSON Schema of sweep files, for editors and other programs',
  handler: async () => {
    const [{ sweepSchema }, { imageClassifier }] = await Promise.all([
      import('../sweep/schema/schema.js'),
      import('../trainer/manifest.js'),
    ]);
    process.stdout.write(`${JSON.stringify(sweepSchema(imageClassifier), null, 2)}\n`);
  },
};
