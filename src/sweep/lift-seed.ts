import { isMapping, type Mapping } from './read-parameters.js';

/**
 * Moves the parameter `seed`, by which files for W&B try several seeds, to where it stands here: `{values: [...]}` becomes
 * `seeds`, `{value: ...}` becomes `seed`, both at the top of the file. A sweep stays as it is where that key is taken, or where
 * the values are not whole numbers from 0. `notes` say what was moved.
 */
export function liftSeed(sweep: Mapping): { readonly sweep: Mapping; readonly notes: readonly string[] } {
  const parameters = sweep['parameters'];
  if (!isMapping(parameters) || !isMapping(parameters['seed'])) return { sweep, notes: [] };
  const { seed: form, ...others } = parameters;
  const { distribution, ...rest } = form;
  const [[key, given] = ['', undefined], ...more] = Object.entries(rest);
  if (more.length > 0) return { sweep, notes: [] };
  const move = (to: string, value: unknown): { readonly sweep: Mapping; readonly notes: readonly string[] } => ({
    sweep: { ...sweep, parameters: others, [to]: value },
    notes: [`\`seed\` below \`parameters\` is read as \`${to}: ${JSON.stringify(value)}\` at the top of the file`],
  });
  if (
    key === 'value' &&
    isSeed(given) &&
    !('seed' in sweep) &&
    [undefined, 'constant'].includes(distribution as string)
  ) {
    return move('seed', given);
  }
  const isList = key === 'values' && Array.isArray(given) && given.length > 0 && given.every(isSeed);
  if (isList && !('seeds' in sweep) && [undefined, 'categorical'].includes(distribution as string)) {
    return move('seeds', [...new Set(given)]);
  }
  return { sweep, notes: [] };
}

const isSeed = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
