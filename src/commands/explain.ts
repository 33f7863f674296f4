import { buildFrom, type ArgumentTables, type ReadingCommand } from './arguments/plain-arguments.js';
import { dbOption } from './arguments/sweep-options.js';

interface ExplainArgs {
  readonly sweep: string | undefined;
  readonly json: boolean;
  readonly db: string;
}

const takes: ArgumentTables = {
  positionals: { sweep: { type: 'string', describe: 'Name of the sweep [default: the one that ran last]' } },
  options: {
    ...dbOption,
    json: { boolean: true, default: false, describe: 'Print one JSON object' },
  },
};

export const explain: ReadingCommand<ExplainArgs> = {
  command: 'explain [sweep]',
  describe: 'Show which parameters mattered, how, and where trials failed',
  takes,
  builder: buildFrom(takes),
  handler: async ({ sweep, json, db }) => {
    const { explainSweep } = await import('../session/reading/explain-sweep.js');
    const explanation = await explainSweep(db, sweep);
    if (json) {
      const { explanationJson } = await import('../reporting/json/explanation-json.js');
      process.stdout.write(explanationJson(explanation));
      return;
    }
    const [{ explanationText }, { default: style }] = await Promise.all([
      import('../reporting/terminal/text/explanation-text.js'),
      import('chalk'),
    ]);
    const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
    process.stdout.write(explanationText(explanation, { columns, style }));
  },
};
