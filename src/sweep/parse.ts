import type { TrainerManifest } from '../core/trainer/manifest.js';
import { checkSweep } from './checks/checks.js';
import { define, trainerOf } from './define.js';
import type { SweepDefinition } from './definition.js';
import { liftPoints } from './lift-points.js';
import { liftSeed } from './lift-seed.js';
import { isBlank, isWhole, locate } from './text/locate.js';
import { applyOverrides } from './overrides.js';
import { SweepFileError, unreadableFile } from './problem.js';
import { programNotes } from './program/read-program.js';
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
  /** Settings that replace the file's, such as `parameters.gamma.values=[0, 2]`. Default: none. */
  readonly overrides?: readonly string[];
}

/**
 * Parses a sweep file in YAML or JSON. Reads nothing but the text: neither the dataset nor a trainer's module needs to exist.
 * Throws a `SweepFileError` with every problem, each with its place in the file or in the override that caused it.
 */
export function parseSweep(source: SweepFile, options: ParseOptions): SweepDefinition {
  const { manifest, overrides = [] } = options;
  checkSize(source);
  const examined = examine(source, overrides, manifest);
  const { definition, problems } = examined;
  if (problems.length === 0) return definition!;
  const blamed = overrides.length === 0 ? problems : blameOverrides(examined, source, overrides, manifest);
  const sorted = blamed.toSorted((a, b) => a.span.start - b.span.start);
  throw new SweepFileError(sorted.map(({ span, finding }) => examined.texts.problemAt(span, finding)));
}

interface Located {
  readonly span: Span;
  readonly finding: Finding;
}

interface Examined {
  readonly texts: TextMap;
  readonly problems: readonly Located[];
  /** Of the overrides that were applied. */
  readonly spans: readonly Span[];
  /** There is one where there are no problems. */
  readonly definition?: SweepDefinition;
}

function examine({ file, text }: SweepFile, overrides: readonly string[], manifest: TrainerManifest): Examined {
  const texts = new TextMap();
  const problems: Located[] = [];
  const report = (span: Span, finding: Finding): void => {
    if (problems.length < MAX_PROBLEMS) problems.push({ span, finding });
  };

  const yaml = parseYaml(text, texts.add(file, text), report);
  if (yaml === undefined) return { texts, problems, spans: [] };
  const spans = applyOverrides(yaml, overrides, texts, report);
  const written: unknown = yaml.document.toJS();
  if (!isMapping(written)) {
    report({ start: 0, end: 1 }, notASweep(written));
    return { texts, problems, spans };
  }
  const { sweep: seeded, notes } = liftSeed(written);
  const { sweep, placeOf, findings: ofPoints } = liftPoints(seeded);
  const spelling = { isWhole: isWhole.bind(null, yaml), isBlank: isBlank.bind(null, yaml) };
  const trainer = trainerOf(sweep, { manifest, file, spelling, hasSeedParameter: seeded !== written });
  const checked = checkSweep(sweep, spelling, manifest, trainer.kind === 'builtin');
  const places = new Set<string>();
  for (const { path, at, rival, ...finding } of [...ofPoints, ...checked.findings]) {
    const place = locate(yaml, placeOf(path), at);
    const other = rival && locate(yaml, rival, at);
    // Of two keys that exclude each other, the later one is shown.
    const span = other && other.start > place.start ? other : place;
    // One place has one problem, however many rules it breaks; but several keys can be missing from one mapping.
    const isAbsence = finding.rule === 'missing-key' || finding.rule === 'no-parameters';
    const key = isAbsence ? finding.message : `${at} ${span.start}`;
    if (!places.has(key)) report(span, finding);
    places.add(key);
  }
  if (problems.length > 0) return { texts, problems, spans };
  const effective = overrides.length === 0 ? text : yaml.document.toString({ lineWidth: 0 });
  const allNotes = [...notes, ...checked.notes, ...(trainer.kind === 'program' ? programNotes(sweep) : [])];
  const definition = define(sweep, checked.domains, trainer, { file, text: effective, notes: allNotes, manifest });
  return { texts, problems, spans, definition };
}

/** Problems after these are left out: a message shows 20. */
const MAX_PROBLEMS = 1000;

/**
 * Moves the problems that overrides cause to the override with which they first appear: one that takes a key away leaves no
 * text of its own where the problem would show. Checks the file again with the first override, the first two, and so on.
 */
function blameOverrides(
  { problems, spans }: Examined,
  source: SweepFile,
  overrides: readonly string[],
  manifest: TrainerManifest,
): readonly Located[] {
  const endOfFile = spans[0]?.start ?? Infinity;
  const blamed = new Map<Located, Span>();
  let open = problems.filter(({ span }) => span.start < endOfFile);
  for (let count = 0; count < spans.length && open.length > 0; count++) {
    const before = new Set(examine(source, overrides.slice(0, count), manifest).problems.map(identityOf));
    for (const problem of open) if (!before.has(identityOf(problem))) blamed.set(problem, spans[count]!);
    open = open.filter((problem) => !before.has(identityOf(problem)));
  }
  return problems.map((problem) => ({ ...problem, span: blamed.get(problem) ?? problem.span }));
}

const identityOf = ({ finding: { rule, message } }: Located): string => `${rule} ${message}`;

/** Largest sweep file in UTF-16 units and in lines: thousands of times a usual one, and still read in seconds. */
const MAX_LENGTH = 1_000_000;
const MAX_LINES = 50_000;

function checkSize({ file, text }: SweepFile): void {
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
