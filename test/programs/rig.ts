import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Decision, EpochReport, TrainingContext } from '../../src/core/trainer/training.js';
import type { ProgramSettings } from '../../src/programs/program-settings.js';
import { train } from '../../src/programs/train-program.js';

/** One trial of a program, run as a host's thread runs it. */
export class Trial {
  readonly folder = mkdtempSync(join(tmpdir(), 'sweepwright-program-'));
  readonly checkpointDir = join(this.folder, 'trial');
  readonly reports: EpochReport[] = [];
  readonly warnings: string[] = [];
  readonly abort = new AbortController();
  /** Answers each report. */
  decide: (report: EpochReport) => Decision | Promise<Decision> = () => 'continue';

  constructor() {
    mkdirSync(this.checkpointDir);
  }

  write(name: string, text: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  /** Runs a script that `name` holds, in the language of its extension. */
  run(
    name: string,
    text: string,
    more: Partial<ProgramSettings> = {},
    context: Partial<TrainingContext> = {},
  ): Promise<void> {
    this.write(name, text);
    const interpreter = name.endsWith('.py') ? ['python3'] : name.endsWith('.sh') ? ['bash'] : [process.execPath];
    const settings: ProgramSettings = {
      ...{ name, command: ['${interpreter}', '${program}', '${args}'], program: name, interpreter },
      ...{ passing: { nested: {}, floats: [], seed: false }, folder: this.folder, cwd: 'file' },
      ...{ patterns: {}, reporter: undefined, memoryBytes: undefined, objective: 'val_loss' },
      ...more,
    };
    return train({
      ...{ params: {}, seed: 3, device: 'cpu:0', settings, dataset: undefined, files: {}, recordedEpochs: 0 },
      ...{
        checkpointDir: this.checkpointDir,
        cacheDir: this.folder,
        checkpointEvery: undefined,
        microBatch: undefined,
      },
      signal: this.abort.signal,
      report: async (report) => {
        this.abort.signal.throwIfAborted();
        this.reports.push(report);
        return this.decide(report);
      },
      progress: () => undefined,
      warn: (message) => void this.warnings.push(message),
      ...context,
    });
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
