import path from 'node:path';
import type { CheckResult } from '../../core/reports/check-result.js';
import { checkFolder, checkNode, checkTool } from '../../runtime/checks/machine-checks.js';
import { checkGpus, checkTensorflow } from '../../runtime/checks/tensorflow-checks.js';
import { DEFAULT_DATABASE, resultFolders } from '../result-folders.js';
import { cacheLimit } from '../running/preparing/cache-limit.js';
import { runtimeOptions } from '../runtime-options.js';
import { checkDatabase } from './check-database.js';
import { checkTrialCache } from './check-trial-cache.js';

/**
 * Checks everything that a sweep needs on this machine, one thing after the other.
 *
 * @param now - milliseconds since 1970
 * @throws {InputError} CACHE_LIMIT_INVALID
 */
export async function* checkMachine(now: number): AsyncGenerator<CheckResult, void, undefined> {
  const options = runtimeOptions();
  const tensorflow = await checkTensorflow(options);
  const works = tensorflow.every(({ status }) => status !== 'fail');
  yield* checkNode(process.versions.node);
  yield* await checkTool('Compiler', 'g++', works, options.env);
  yield* await checkTool('pip', 'pip', works, options.env);
  yield* tensorflow;
  if (works) yield* await checkGpus(options);
  yield* await checkFolder('Cache', options.cache, { required: !works });
  yield* await checkFolder('Results', path.resolve('results'), { required: true });
  yield* await checkTrialCache(resultFolders(DEFAULT_DATABASE).cacheDir, cacheLimit(options.env));
  yield* await checkDatabase(DEFAULT_DATABASE, now);
}
