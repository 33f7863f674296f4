import type { TrainerManifest } from '../core/manifest.js';
import { checkSweep } from './checks/checks.js';
import { define, trainerOf } from './define.js';
import type { SweepDefinition } from './definition.js';
import { isBlank, isWhole, locate } from './text/locate.js';
import { applyOverrides } from './overrides.js';
import { SweepFileError, unreadableFile, type Problem } from './problem.js';
import { isMapping } from './read-parameters.js';
import { TextMap, type Finding, type Span } from './text/text-map.js';
import { parseYaml } from './text/yaml-document.js';

/** A sweep file that has been read. */
export interface SweepFile {
  /** Its path: relative paths in it start at its folder. */
  readonly file: string;
  readonly text: string;
}

export interface ParseOptions {
  /** Of the built-in trainer. */
  readonly manifest: TrainerManifest;
  /** Settings that replace what the file says, `parameters.gamma.values=[0, 2]`. Default: none. */
  readonly overrides?: readonly string[];
}

/**
 * What a sweep file declares, in YAML or JSON. Reads nothing but the text: neither the dataset nor a trainer's module needs
 * to exist. Throws a `SweepFileError` that holds every problem, each with its place in the file.
 */
export function parseSweep({ file, text }: SweepFile, { manifest, overrides = [] }: ParseOptions): SweepDefinition {
  checkSize(file, text);
  const texts = new TextMap();
  const found: { readonly span: Span; readonly problem: Problem }[] = [];
  const report = (span: Span, finding: Finding): void => {
    if (found.length < MAX_PROBLEMS) found.push({ span, problem: texts.problemAt(span, finding) });
  };
  const fail = (): never => {
    throw new SweepFileError(found.toSorted((a, b) => a.span.start - b.span.start).map(({ problem }) => problem));
  };

  const yaml = parseYaml(text, texts.add(file, text), report) ?? fail();
  applyOverrides(yaml, overrides, texts, report);
  const sweep: unknown = yaml.document.toJS();
  if (!isMapping(sweep)) {
    report({ start: 0, end: 1 }, notASweep(sweep));
    return fail();
  }
  const trainer = trainerOf(sweep, manifest, file);
  const spelling = { isWhole: isWhole.bind(null, yaml), isBlank: isBlank.bind(null, yaml) };
  const { findings, domains } = checkSweep(sweep, spelling, manifest, trainer.kind === 'builtin');
  const places = new Set<string>();
  for (const { path, at, rival, ...finding } of findings) {
    const written = locate(yaml, path, at);
    const other = rival && locate(yaml, rival, at);
    // Of two that cannot both be, the later one in the file is the one too many.
    const span = other && other.start > written.start ? other : written;
    // One thing is wrong with one place, however many rules it breaks; several things can be missing from it.
    const isAbsence = finding.rule === 'missing-key' || finding.rule === 'no-parameters';
    const place = isAbsence ? finding.message : `${at} ${span.start}`;
    if (!places.has(place)) report(span, finding);
    places.add(place);
  }
  if (found.length > 0) fail();
  const effective = overrides.length === 0 ? text : yaml.document.toString({ lineWidth: 0 });
  return define(sweep, domains, trainer, { file, text: effective, manifest });
}

/** Problems after these are left out: a message shows 20. */
const MAX_PROBLEMS = 1000;

/** Largest sweep file in UTF-16 units and in lines: thousands of times a usual one, and still read in seconds. */
const MAX_LENGTH = 1_000_000;
const MAX_LINES = 50_000;

function checkSize(file: string, text: string): void {
  const hint = 'To sweep over many values, give a range (`min`, `max`) in place of a list.';
  if (text.length > MAX_LENGTH) {
    const millions = (text.length / 1e6).toFixed(1);
    throw unreadableFile(file, `this file has ${millions} million characters; a sweep file can have 1 million`, hint);
  }
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  if (lines > MAX_LINES) {
    throw unreadableFile(file, `this file has ${lines} lines; a sweep file can have ${MAX_LINES}`, hint);
  }
}

function notASweep(content: unknown): Finding {
  const what = content === null ? 'is empty' : Array.isArray(content) ? 'is a list' : 'is plain text';
  const message = `a sweep file is a mapping of keys such as \`method\` and \`parameters\`; this file ${what}`;
  return { rule: 'not-a-sweep', message };
}
