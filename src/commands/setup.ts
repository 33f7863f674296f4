import type { CommandModule } from 'yargs';
import { INTERRUPTED, untilInterrupted } from './interrupts.js';

interface SetupArgs {
  readonly flavour: 'cpu' | 'gpu' | undefined;
  readonly wheel: string[] | undefined;
  readonly libtensorflow: string | undefined;
  readonly force: boolean;
}

export const setup: CommandModule<object, SetupArgs> = {
  command: 'setup',
  describe: 'Set up native TensorFlow, or check that it is set up',
  builder: (yargs) =>
    yargs
      .option('flavour', {
        choices: ['cpu', 'gpu'] as const,
        describe: 'TensorFlow for the CPU, or with CUDA [default: gpu if nvidia-smi finds one]',
      })
      .option('wheel', {
        array: true,
        string: true,
        describe: 'Use these wheel files instead of downloads; they must be the pinned ones',
      })
      .option('libtensorflow', {
        string: true,
        describe: 'Use the TensorFlow library in this folder (libtensorflow*.so* and include/), as it is',
      })
      .option('force', { boolean: true, default: false, describe: 'Unpack and build again, even if it is done' })
      .epilog('Later set-ups use the same flavour or folder. SWEEPWRIGHT_CACHE names the cache folder.'),
  handler: async ({ flavour, wheel = [], libtensorflow, force }) => {
    const [{ setUp }, { progressLine }] = await Promise.all([
      import('../session/set-up.js'),
      import('../reporting/terminal/live/progress-line.js'),
    ]);
    const line = progressLine({ stream: process.stdout, now: Date.now });
    const wishes = { flavour, wheels: wheel, libtensorflow, force };
    const done = await untilInterrupted((signal) =>
      setUp(wishes, { line, now: Date.now, signal }).finally(() => line.end()),
    );
    if (done !== INTERRUPTED) return;
    process.stdout.write('Interrupted. The next set-up goes on from here.\n');
    process.exitCode = 130;
  },
};
