import { EnvironmentError } from '../../core/errors.js';
import { runProgram } from '../../platform/run-program.js';

/** Programs that a set-up calls; TensorFlow needs none of them once it is set up. */
export type Tool = 'g++' | 'python3' | 'pip';

/** The first line of a tool's version output, such as `g++ (Debian 12.2.0) 12.2.0`; `undefined` if it is missing or fails. */
export async function findTool(tool: Tool, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const [program, ...args] = VERSION_COMMANDS[tool];
  const outcome = await runProgram(program, args, { env, timeoutMs: 30_000 });
  return outcome.status === 'ok' ? outcome.stdout.split('\n')[0]! : undefined;
}

/** Throws one `EnvironmentError` that names every missing tool, so that the user installs all of them at once. */
export async function requireTools(tools: readonly Tool[], env: NodeJS.ProcessEnv): Promise<void> {
  const found = await Promise.all(tools.map((tool) => findTool(tool, env)));
  const missing = tools.filter((_, index) => found[index] === undefined);
  if (missing.length === 0) return;
  throw new EnvironmentError('TOOL_MISSING', `to set up TensorFlow, ${missing.join(' and ')} must be installed`, {
    hint: missing.map((tool) => TOOL_HINTS[tool]).join('\n'),
  });
}

/** How to install each tool. */
export const TOOL_HINTS: Readonly<Record<Tool, string>> = {
  'g++': 'Install the C++ compiler: "apt-get install g++" on Debian and Ubuntu, "dnf install gcc-c++" on Fedora.',
  python3:
    'Install Python: "apt-get install python3 python3-pip" on Debian and Ubuntu, "dnf install python3" on Fedora.',
  pip: 'Install pip: "apt-get install python3-pip" on Debian and Ubuntu, "dnf install python3-pip" on Fedora.',
};

const VERSION_COMMANDS: Readonly<Record<Tool, readonly [string, ...string[]]>> = {
  'g++': ['g++', '--version'],
  python3: ['python3', '--version'],
  pip: ['python3', '-m', 'pip', '--version'],
};
