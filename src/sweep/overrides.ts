import { isMap, isScalar, isSeq, Pair, Scalar, YAMLMap, type Node } from 'yaml';
import type { Finding, Span, TextMap } from './text/text-map.js';
import { expandAliases, parseYaml, type YamlDocument } from './text/yaml-document.js';

/**
 * Sets values in a sweep file before it is checked: `parameters.gamma.values=[0, 2]` puts the YAML after the equals sign at the
 * path before it, `early_terminate=` removes the key. A path may contain keys with dots, and indices of lists from 0. A path
 * that leads nowhere is reported. Returns the span of each override in `texts`.
 */
export function applyOverrides(
  target: YamlDocument,
  overrides: readonly string[],
  texts: TextMap,
  report: (span: Span, finding: Finding) => void,
): readonly Span[] {
  if (overrides.length > 0) expandAliases(target);
  const spans: Span[] = [];
  for (const override of overrides) {
    const start = texts.add('--set', override);
    spans.push({ start, end: start + override.length });
    const equals = override.indexOf('=');
    const path = override.slice(0, Math.max(0, equals));
    const keys = path.split('.');
    if (keys.length > MAX_KEYS || keys.some((key) => key.trim() === '')) {
      const message = 'an override is a path, an equals sign and a value';
      const suggestion = 'For example: --set parameters.gamma.values=[0,2]';
      report({ start, end: start + override.length }, { rule: 'override', message, suggestion });
      continue;
    }
    const yaml = override.slice(equals + 1);
    const value = parseYaml(yaml, start + equals + 1, report);
    if (value === undefined) continue;
    expandAliases(value);
    const node = yaml.trim() === '' ? undefined : (value.document.contents ?? new Scalar(null));
    const problem = change(target.document.contents, path, start, node);
    if (problem !== undefined) report(...problem);
  }
  return spans;
}

const MAX_KEYS = 100;

/** Sets the node at a path, or removes it if there is no value. Returns a problem if the path cannot be followed. */
function change(container: unknown, path: string, start: number, value: Node | undefined): [Span, Finding] | undefined {
  const blocked = (message: string): [Span, Finding] => [
    { start, end: start + path.length },
    { rule: 'override', message },
  ];
  if (isMap(container)) {
    const key = firstKey(container, path);
    const rest = path.slice(key.length + 1);
    const pair = pairWithKey(container, key);
    if (rest === '' && value === undefined) {
      return container.delete(key) ? undefined : blocked(`there is no \`${key}\` to remove`);
    }
    const existing = pair?.value ?? undefined;
    const below = existing === undefined || isNothing(existing) ? new YAMLMap() : existing;
    const filled = rest === '' ? value : below;
    if (pair !== undefined) pair.value = filled;
    else container.items.push(new Pair(scalarAt(key, start), filled));
    return rest === '' ? undefined : change(below, rest, start + key.length + 1, value);
  }
  if (isSeq(container)) {
    const [index = ''] = path.split('.', 1);
    const rest = path.slice(index.length + 1);
    const { items } = container;
    if (!/^\d+$/.test(index) || Number(index) >= items.length) {
      return blocked(`there is no item ${index} in a list of ${items.length}, counted from 0`);
    }
    if (rest !== '') return change(items[Number(index)], rest, start + index.length + 1, value);
    items.splice(Number(index), 1, ...(value === undefined ? [] : [value]));
    return undefined;
  }
  return blocked(`there is nothing named \`${path}\` to set`);
}

/** The longest prefix of a path that is a key of the map; otherwise its first part. */
function firstKey(map: YAMLMap, path: string): string {
  const beginnings = [...path.matchAll(/\.|$/g)].map(({ index }) => path.slice(0, index));
  return beginnings.findLast((key) => pairWithKey(map, key) !== undefined) ?? beginnings[0]!;
}

function pairWithKey(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

const isNothing = (node: unknown): boolean => isScalar(node) && node.value === null;

function scalarAt(text: string, start: number): Scalar {
  const scalar = new Scalar(text);
  scalar.range = [start, start + text.length, start + text.length];
  return scalar;
}
