import { writeFile } from 'node:fs/promises';
import { writeAtomically } from '../../store/reading/formats/write-atomically.js';

export { resultText, writeResult } from '../../store/reading/formats/write-result.js';

/** Writes text to a file, which keeps its old content until all of it is written. @throws {EnvironmentError} OUTPUT_FAILED */
export const writeTextAtomically = (path: string, text: string): Promise<void> =>
  writeAtomically(path, (draft) => writeFile(draft, text));
