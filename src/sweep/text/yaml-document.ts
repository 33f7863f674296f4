import { isAlias, isMap, isNode, isScalar, isSeq, Parser, parseDocument, visit } from 'yaml';
import type { Alias, CST, Document, Node, Pair, YAMLError, YAMLMap } from 'yaml';
import type { Finding, Span } from './text-map.js';

/** A YAML document whose nodes carry the ranges they have in a TextMap. */
export interface YamlDocument {
  readonly document: Document;
  /** The node that each alias refers to. */
  readonly targets: ReadonlyMap<Alias, Node>;
}

const MAX_DEPTH = 100;

/**
 * Parses YAML 1.2 (JSON included) and passes its errors to `report`. `start`: offset of the text in the TextMap. Returns
 * `undefined` after errors that leave nothing useful; otherwise the document can be converted to plain data.
 */
export function parseYaml(
  yaml: string,
  start: number,
  report: (span: Span, finding: Finding) => void,
): YamlDocument | undefined {
  // Too deep a recursion in the parser would end the process before it could throw.
  const tooDeep = tooDeepAt(yaml);
  if (tooDeep !== undefined) {
    const span = { start: start + tooDeep, end: start + tooDeep + 1 };
    report(span, { rule: 'syntax', message: `nested more than ${MAX_DEPTH} levels deep` });
    return undefined;
  }
  const document: Document = parseDocument(yaml, {
    schema: 'core',
    merge: true,
    // The parser compares each key with all others of its map: duplicateKeys below finds them in linear time.
    uniqueKeys: false,
    stringKeys: true,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const errors = [...document.errors, ...duplicateKeys(document)].sort((a, b) => a.pos[0] - b.pos[0]);
  visit(document, {
    Node: (_, { range }) => {
      if (range) for (const index of range.keys()) range[index]! += start;
    },
  });
  let usable = true;
  let previous = -1;
  for (const { code, message, pos } of [...errors, ...document.warnings]) {
    // Further errors on the same line are mostly consequences of the first.
    if (previous >= 0 && !yaml.slice(previous, pos[0]).includes('\n')) continue;
    previous = pos[0];
    report({ start: start + pos[0], end: start + pos[1] }, syntaxFinding(code, message));
    usable &&= code === 'DUPLICATE_KEY';
  }
  const yamlDocument = { document, targets: targetsOf(document) };
  for (const [node, message] of aliasErrors(yamlDocument)) {
    report(spanOf(node), { rule: 'alias', message });
    usable = false;
  }
  return usable ? yamlDocument : undefined;
}

/** Finds keys that repeat an earlier key of the same map. */
function duplicateKeys(document: Document): Pick<YAMLError, 'code' | 'message' | 'pos'>[] {
  const errors: Pick<YAMLError, 'code' | 'message' | 'pos'>[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const [start] = key.range ?? [0];
        if (seen.has(key.value)) errors.push({ code: 'DUPLICATE_KEY', message: '', pos: [start, start + 1] });
        seen.add(key.value);
      }
    },
  });
  return errors;
}

/** Replaces aliases and merge keys by copies of their targets, so that an override changes one place only. */
export function expandAliases({ document, targets }: YamlDocument): void {
  visit(document, { Alias: (_, alias) => targets.get(alias)!.clone() as Node });
  visit(document, {
    Node: (_, node) => {
      if ('anchor' in node) delete node.anchor;
    },
    Map: (_, map) => {
      if ('anchor' in map) delete map.anchor;
      if (map.items.some(isMerge)) map.items = [...pairsOf(map, targets).values()].map((pair) => pair.clone());
    },
  });
}

/** The pairs of a map by key, with merge keys resolved: the map's own keys win over merged ones. */
export function pairsOf(map: YAMLMap, targets: YamlDocument['targets']): Map<string, Pair> {
  const pairs = new Map(map.items.filter((pair) => !isMerge(pair)).map((pair) => [keyText(pair), pair]));
  for (const source of map.items.filter(isMerge).flatMap((pair) => mergedMaps(pair, targets))) {
    for (const [key, pair] of pairsOf(source, targets)) if (!pairs.has(key)) pairs.set(key, pair);
  }
  return pairs;
}

export function spanOf({ range }: Node): Span {
  return { start: range?.[0] ?? 0, end: range?.[1] ?? 0 };
}

const keyText = ({ key }: Pair): string => (isScalar(key) ? String(key.value) : '');

/** Whether a pair is a merge key, `<<: *defaults`. */
const isMerge = ({ key }: Pair): boolean =>
  isScalar(key) && key.value === '<<' && (key.type === undefined || key.type === 'PLAIN');

/** The maps that a merge key names. Other nodes are left out. */
function mergedMaps({ value }: Pair, targets: YamlDocument['targets']): YAMLMap[] {
  const node = isAlias(value) ? targets.get(value) : value;
  const sources = isSeq(node) ? node.items.map((item) => (isAlias(item) ? targets.get(item) : item)) : [node];
  return sources.filter(isMap);
}

/** Resolves aliases: each refers to the last node before it with the same anchor. */
function targetsOf(document: Document): Map<Alias, Node> {
  const anchored = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_, node) => {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchored.set(node.anchor, node);
        return;
      }
      const target = anchored.get(node.source);
      if (target !== undefined) targets.set(node, target);
    },
  });
  return targets;
}

/** Finds aliases and merge keys that cannot be resolved. */
function aliasErrors({ document, targets }: YamlDocument): [Node, string][] {
  const errors: [Node, string][] = [];
  let first: Node | undefined;
  visit(document, {
    Alias: (_, alias, ancestors) => {
      first ??= alias;
      const target = targets.get(alias);
      if (target === undefined) errors.push([alias, `no anchor &${alias.source} comes before this alias`]);
      else if (ancestors.includes(target)) errors.push([alias, 'this alias is inside its own target']);
    },
    Pair: (_, pair) => {
      if (!isMerge(pair) || !isNode(pair.key)) return;
      const count = isSeq(pair.value) ? pair.value.items.length : 1;
      if (mergedMaps(pair, targets).length !== count) errors.push([pair.key, 'only mappings can be merged']);
    },
  });
  if (errors.length > 0 || first === undefined) return errors;
  try {
    return isDeeper(document.toJS(), MAX_DEPTH) ? [[first, `aliases nest more than ${MAX_DEPTH} levels deep`]] : [];
  } catch {
    return [[first, 'aliases repeat so much that the file would not fit into memory']];
  }
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeper(inner, depth - 1));
}

function syntaxFinding(code: string, message: string): Finding {
  switch (code) {
    case 'DUPLICATE_KEY':
      return { rule: 'duplicate-key', message: 'this key is already there', suggestion: 'Keep one of the two.' };
    case 'MULTIPLE_DOCS':
      return { rule: 'syntax', message: 'a second document starts here', suggestion: 'Write each sweep into a file.' };
    case 'TAB_AS_INDENT':
      return { rule: 'syntax', message: 'a tab indents this line', suggestion: 'YAML indents with spaces.' };
    case 'TAG_RESOLVE_FAILED':
      return { rule: 'syntax', message: 'unknown tag', suggestion: 'Remove what begins with `!`.' };
    case 'NON_STRING_KEY':
      return { rule: 'syntax', message: 'a key must be plain text' };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return { rule: 'syntax', message: 'a second `key:` on one line', suggestion: 'Break the line, or use braces.' };
    default:
      return { rule: 'syntax', message: message.charAt(0).toLowerCase() + message.slice(1) };
  }
}

/** Offset at which nesting exceeds MAX_DEPTH; `undefined` if it does not. */
function tooDeepAt(yaml: string): number | undefined {
  for (const document of new Parser().parse(yaml)) {
    const open: [token: CST.Token | null | undefined, depth: number][] = [[document, 0]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [token, depth] = next;
      if (!token) continue;
      if (depth > MAX_DEPTH) return token.offset;
      if (token.type === 'document') open.push([token.value, depth]);
      if ('items' in token) for (const item of token.items) open.push([item.key, depth + 1], [item.value, depth + 1]);
    }
  }
  return undefined;
}
