import { isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Path } from './path.js';
import type { Span } from './text-map.js';
import { pairsOf, spanOf, type YamlDocument } from './yaml-document.js';

/** The key that a path ends with, and what it leads to; aliases are followed. Both are missing where nothing is written. */
function nodesAt({ document, targets }: YamlDocument, path: Path): { readonly key?: Node; readonly value?: Node } {
  let key: Node | undefined;
  let value: Node | undefined = document.contents ?? undefined;
  for (const step of path) {
    const container: unknown = isAlias(value) ? targets.get(value) : value;
    if (isMap(container)) {
      const pair = indexOf(container, targets).get(String(step));
      key = isNode(pair?.key) ? pair.key : undefined;
      value = isNode(pair?.value) ? pair.value : undefined;
    } else {
      const item: unknown = isSeq(container) ? container.items[Number(step)] : undefined;
      value = isNode(item) ? item : undefined;
      key = value;
    }
  }
  return { ...(key && { key }), ...(value && { value }) };
}

/** The pairs of a map by key, cached: maps do not change after overrides are applied. */
function indexOf(map: YAMLMap, targets: YamlDocument['targets']): Map<string, Pair> {
  const known = indices.get(map) ?? pairsOf(map, targets);
  indices.set(map, known);
  return known;
}

const indices = new WeakMap<YAMLMap, Map<string, Pair>>();

/** The span of the key or the value at a path; for a missing value that of its key. */
export function locate(yaml: YamlDocument, path: Path, at: 'key' | 'value'): Span {
  const { key, value } = nodesAt(yaml, path);
  if (path.length === 0) return firstOf(yaml);
  if (at === 'key' && key !== undefined) return spanOf(key);
  if (value !== undefined && spanOf(value).end > spanOf(value).start) return spanOf(value);
  return key !== undefined ? spanOf(key) : locate(yaml, path.slice(0, -1), 'key');
}

/** Whether the value at a path is a number written as an integer. */
export function isWhole(yaml: YamlDocument, path: Path): boolean {
  const { value } = nodesAt(yaml, path);
  const scalar = isAlias(value) ? yaml.targets.get(value) : value;
  return (
    isScalar(scalar) &&
    typeof scalar.value === 'number' &&
    /^[-+]?(\d+|0o[0-7]+|0x[0-9a-f]+)$/i.test(scalar.source ?? '')
  );
}

/** Whether the value at a path is missing: nothing is written there. */
export function isBlank(yaml: YamlDocument, path: Path): boolean {
  const { value } = nodesAt(yaml, path);
  return value === undefined || (isScalar(value) && value.value === null && (value.source ?? '') === '');
}

/** The first key of the file. */
function firstOf({ document: { contents } }: YamlDocument): Span {
  const first: unknown = isMap(contents) ? contents.items[0]?.key : contents;
  return isNode(first) ? spanOf(first) : { start: 0, end: 0 };
}
