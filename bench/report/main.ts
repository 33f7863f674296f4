/**
 * Writes docs/benchmarks.md and its charts from the measurements in docs/benchmarks/. `--run` measures the named benchmarks
 * first, or all of them, which takes one to two hours.
 *
 *     npm run bench -- report --run step,machine
 *     npm run bench -- report --run all
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { barChart } from '../lib/bar-chart.js';
import { measure } from '../lib/cli.js';
import { referencePython } from '../lib/python.js';
import { overhead, plan, query } from './recording-sections.js';
import type { Circumstances, Section, Table } from './section.js';
import { features, machine, step, sweep } from './training-sections.js';

const SECTIONS: readonly Section[] = [step, machine, sweep, features, overhead, query, plan];
const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
const keptIn = join(docs, 'benchmarks');

interface Kept {
  /** Versions of the packages that it was compared with. */
  readonly versions: Readonly<Record<string, string>>;
  /** One object for each run of the section. */
  readonly measured: readonly Circumstances[];
}

const { values } = parseArgs({ options: { run: { type: 'string', default: '' } } });
const wanted = values.run === 'all' ? SECTIONS.map(({ name }) => name) : values.run.split(',').filter(Boolean);
const unknown = wanted.filter((name) => !SECTIONS.some((section) => section.name === name));
if (unknown.length > 0) throw new Error(`there is no benchmark ${unknown.join(', ')} on the page`);

mkdirSync(keptIn, { recursive: true });
for (const section of SECTIONS.filter(({ name }) => wanted.includes(name))) {
  const measured: Circumstances[] = [];
  for (const options of section.runs) {
    process.stderr.write(`${section.name} ${options.join(' ')}\n`);
    const program = fileURLToPath(new URL(`../${section.name}/main.js`, import.meta.url));
    const { stdout } = await measure(process.execPath, [program, ...options, '--json']);
    measured.push(JSON.parse(stdout) as Circumstances);
  }
  const kept: Kept = { versions: referenceVersions(), measured };
  const json = await format(JSON.stringify(kept), { parser: 'json', printWidth: 120 });
  writeFileSync(join(keptIn, `${section.name}.json`), json);
}

const parts = SECTIONS.flatMap((section) => {
  const file = join(keptIn, `${section.name}.json`);
  return existsSync(file) ? [part(section, JSON.parse(readFileSync(file, 'utf8')) as Kept)] : [];
});
writeFileSync(join(docs, 'benchmarks.md'), [introduction(), ...parts].join('\n'));

function referenceVersions(): Readonly<Record<string, string>> {
  const program =
    'import importlib.metadata as m, json\nfound = {}\nfor name in ("tensorflow-cpu", "keras", "optuna", "ray"):\n' +
    '    try: found[name] = m.version(name)\n    except m.PackageNotFoundError: pass\nprint(json.dumps(found))';
  const stdout = execFileSync(referencePython(), ['-c', program], { encoding: 'utf8' });
  return JSON.parse(stdout) as Readonly<Record<string, string>>;
}

function introduction(): string {
  return `# Benchmarks

Measurements, the machine they were taken on, and the commands to repeat them: \`npm run bench -- NAME\` runs one benchmark (\`--json\` prints one object with
all raw values), \`npm run bench -- report --run all\` runs all of them and writes this page. Python, Keras and Optuna are installed at the first
run, or taken from the virtual environment that \`SWEEPWRIGHT_BENCH_VENV\` names. Ratios carry over to other machines better than seconds do.
`;
}

/** Writes the section's chart and returns its text. */
function part({ name, title, about, table, chart }: Section, { measured, versions }: Kept): string {
  // A section gets the output of its own benchmark.
  const own = measured as unknown as readonly never[];
  writeFileSync(join(docs, `benchmarks-${name}.svg`), barChart(chart(own)));
  const { date, cpu, cores, memoryGb, node, sweepwright } = measured[0]!;
  const software = Object.entries({ sweepwright, node, ...versions }).map(([each, version]) => `${each} ${version}`);
  return `## ${title}

${about}

![${title}](benchmarks-${name}.svg)

${markdown(table(own))}

${measured.map(({ command }) => `\`${command}\``).join(', ')}, ${date}, on ${cpu} with ${cores} cores and ${memoryGb} GB; ${software.join(', ')}.
`;
}

function markdown({ head, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
