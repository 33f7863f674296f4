import { macroOf, PROGRAM_MACROS } from '../../core/trainer/program.js';
import { isMapping, type Mapping } from '../read-parameters.js';
import { didYouMean } from '../schema/did-you-mean.js';
import type { PathFinding } from '../text/text-map.js';
import { PROGRAM_OBJECTIVE, PROGRAM_SETTINGS } from './program-schema.js';

/** Finds what the schema cannot: a program beside a trainer, settings without a program, unknown macros, bad expressions. */
export function checkProgram(sweep: Mapping): PathFinding[] {
  const named = ['program', 'command'].filter((key) => key in sweep);
  if (named.length > 0 && 'trainer' in sweep) return named.map((key) => besideTrainer(key));
  if (named.length === 0) return PROGRAM_SETTINGS.filter((key) => key in sweep).map(withoutProgram);
  return [
    ...commandFindings(sweep['command'], 'program' in sweep),
    ...reporterFindings(sweep),
    ...metricFindings(sweep),
  ];
}

const besideTrainer = (key: string): PathFinding => ({
  path: ['trainer'],
  at: 'key',
  rival: [key],
  rule: 'wrong-value',
  message: `the file has both \`trainer\` and \`${key}\`: either trains alone`,
  suggestion: `Keep one of the two. On the command line, --set ${key}= removes \`${key}\`.`,
});

const withoutProgram = (key: string): PathFinding => ({
  path: [key],
  at: 'key',
  rule: 'unknown-key',
  message: `\`${key}\` is for a sweep with a \`program\`, and this one names none`,
  suggestion: 'Add `program: train.py`, or remove it.',
});

function commandFindings(command: unknown, hasProgram: boolean): PathFinding[] {
  if (!Array.isArray(command)) return [];
  return command.flatMap((word: unknown, index): PathFinding[] => {
    const macro = macroOf(String(word));
    if (macro === undefined) return [];
    const place = { path: ['command', index], at: 'value', rule: 'wrong-value' } as const;
    if (!(PROGRAM_MACROS as readonly string[]).includes(macro)) {
      const suggestion = didYouMean(macro, PROGRAM_MACROS) ?? `There are ${PROGRAM_MACROS.join(', ')} and envvar:NAME.`;
      return [{ ...place, message: `there is no macro \`\${${macro}}\``, suggestion }];
    }
    if (macro !== 'program' || hasProgram) return [];
    const suggestion = 'Add `program: train.py`, or write the path here.';
    return [{ ...place, message: '`${program}` stands for `program`, which is missing', suggestion }];
  });
}

/** With both, a metric would be recorded twice. */
function reporterFindings(sweep: Mapping): PathFinding[] {
  if (!('reporter' in sweep && 'metrics' in sweep)) return [];
  const message = 'the file has both `reporter` and `metrics`: each reports the epochs';
  const place = { path: ['reporter'], at: 'key', rival: ['metrics'], rule: 'wrong-value' } as const;
  return [{ ...place, message, suggestion: 'Keep one of the two.' }];
}

function metricFindings({ metrics, metric }: Mapping): PathFinding[] {
  if (!isMapping(metrics)) return [];
  const ranking = isMapping(metric) ? metric['name'] : PROGRAM_OBJECTIVE.metric;
  if (typeof ranking === 'string' && !Object.hasOwn(metrics, ranking)) {
    const message = `\`metrics\` does not read ${ranking}, which ranks the trials`;
    const suggestion = `Add \`${ranking}: '${ranking}[=: ]+([0-9.eE+-]+)'\`, or name one of them with \`metric:\`.`;
    return [{ path: ['metrics'], at: 'key', rule: 'unknown-metric', message, suggestion }];
  }
  return Object.entries(metrics).flatMap(([name, pattern]): PathFinding[] => {
    if (typeof pattern !== 'string') return [];
    const place = { path: ['metrics', name], at: 'value', rule: 'wrong-value' } as const;
    let groups: number;
    try {
      // With an empty alternative it matches any text, and tells its number of groups.
      groups = new RegExp(`${pattern}|`).exec('')!.length - 1;
    } catch (error) {
      const reason = (error as Error).message.replace(/^Invalid regular expression: /, '');
      return [{ ...place, message: `this is no regular expression: ${reason}` }];
    }
    if (groups > 0) return [];
    const suggestion = `Put the number in parentheses: '${name}[=: ]+([0-9.eE+-]+)'.`;
    return [{ ...place, message: `the expression of \`${name}\` has no group for the value`, suggestion }];
  });
}
