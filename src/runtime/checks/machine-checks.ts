import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { CheckResult } from '../../core/reports/check-result.js';
import { freeBytes, nearestExisting } from '../finding/disk.js';
import { formatBytes } from '../../core/format.js';
import { olderThan } from '../finding/platform.js';
import { findTool, TOOL_HINTS, type Tool } from '../finding/tools.js';

export function checkNode(version: string): readonly CheckResult[] {
  if (!olderThan(version, OLDEST_NODE)) return [{ name: 'Node.js', status: 'ok', detail: version }];
  const hint = `Install Node.js ${OLDEST_NODE} or newer.`;
  return [{ name: 'Node.js', status: 'fail', detail: `${version} is too old`, hint }];
}

/** Checks a program that a set-up calls. A missing one is an error only while TensorFlow does not work. */
export async function checkTool(
  name: string,
  tool: Tool,
  tensorflowWorks: boolean,
  env: NodeJS.ProcessEnv,
): Promise<readonly CheckResult[]> {
  const found = await findTool(tool, env);
  if (found !== undefined) return [{ name, status: 'ok', detail: found }];
  if (tensorflowWorks) {
    return [{ name, status: 'ok', detail: `${tool} is missing; it would take part in the next set-up only` }];
  }
  return [{ name, status: 'fail', detail: `${tool} is missing`, hint: TOOL_HINTS[tool] }];
}

/** Checks that a folder, or the closest existing one above it, can be written, and how much space is free. */
export async function checkFolder(
  name: string,
  folder: string,
  { required }: { readonly required: boolean },
): Promise<readonly CheckResult[]> {
  const bad = required ? 'fail' : 'warn';
  const writable = await access(await nearestExisting(folder), constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!writable) {
    return [
      { name, status: bad, detail: `${folder} cannot be written`, hint: 'Correct its permissions, or choose another.' },
    ];
  }
  const free = await freeBytes(folder);
  const detail = `${formatBytes(free)} free in ${folder}`;
  if (free >= AMPLE_BYTES) return [{ name, status: 'ok', detail }];
  return [{ name, status: free < SCARCE_BYTES ? bad : 'warn', detail, hint: 'Free some space on this disk.' }];
}

const OLDEST_NODE = '20.19.0';
/** Room for a set-up, or for many checkpoints. */
const AMPLE_BYTES = 2e9;
/** Too little for a database and its checkpoints. */
const SCARCE_BYTES = 100e6;
