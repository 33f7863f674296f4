import { access, constants } from 'node:fs/promises';
import { delimiter, extname, join } from 'node:path';

/**
 * The words that `${interpreter}` stands for, by the program's extension: Python for `.py` (as with W&B), Node for `.js`, the shell
 * for `.sh`. A program without such an extension is executed itself if it may be, and otherwise taken for Python.
 *
 * @param path - of the program
 * @param environment - whose `PATH` has the interpreters
 */
export async function interpreterFor(path: string, environment: NodeJS.ProcessEnv): Promise<readonly string[]> {
  switch (extname(path)) {
    case '.js':
    case '.mjs':
    case '.cjs':
      return ['node'];
    case '.sh':
      return [(await isOnPath('bash', environment)) ? 'bash' : 'sh'];
    case '.py':
      return [await python(environment)];
    default:
      return (await isExecutable(path)) ? [] : [await python(environment)];
  }
}

/** Many systems have no `python`, only `python3`. */
const python = async (environment: NodeJS.ProcessEnv): Promise<string> =>
  !(await isOnPath('python', environment)) && (await isOnPath('python3', environment)) ? 'python3' : 'python';

async function isOnPath(name: string, { PATH = '' }: NodeJS.ProcessEnv): Promise<boolean> {
  for (const folder of PATH.split(delimiter))
    if (folder !== '' && (await isExecutable(join(folder, name)))) return true;
  return false;
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
