import type { LrFind } from '../../core/results/lr-find.js';
import { isoTime, jsonText } from './json-text.js';

/** Range tests of the learning rate for programs: docs/json/lr-find.schema.json. */
export const lrFindJson = (finds: readonly LrFind[]): string =>
  jsonText(
    finds.map(({ key, backbone, suggestions, points, params, seed, device, threads, startedAt, endedAt }) => ({
      ...{ lr_find_key: key, backbone, suggestions: suggestions ?? null, params, seed, device, threads },
      started_at: isoTime(startedAt),
      ended_at: isoTime(endedAt),
      points: points.map(({ step, learningRate, loss, smoothedLoss }) => ({
        ...{ step, learning_rate: learningRate, loss, smoothed_loss: smoothedLoss },
      })),
    })),
  );
