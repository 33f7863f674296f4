import type { Explanation } from '../../core/reports/explanation.js';
import { jsonText } from './json-text.js';

/** What mattered in a sweep, for programs: docs/json/explain.schema.json. */
export const explanationJson = ({ objective, effects, ...explanation }: Explanation): string =>
  jsonText({
    ...explanation,
    metric: objective.metric,
    goal: objective.goal,
    effects: effects.map(({ name, groups }) => ({
      name,
      groups: groups.map(({ text, trials, mean, low, high, best, time }) => ({
        ...{ values: text, trials, mean: mean ?? null, low: low ?? null, high: high ?? null, best: best ?? null, time },
      })),
    })),
  });
