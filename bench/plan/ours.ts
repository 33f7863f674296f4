/** Time to read and check a sweep file, time from there to its first trial, and peak memory. */
import { readFileSync } from 'node:fs';
import { parseSweep } from '../../src/sweep/parse.js';
import { planTrials } from '../../src/search/plan.js';
import { readSweepFile } from '../../src/sweep/read-sweep-file.js';
import { imageClassifier } from '../../src/trainer/manifest.js';

const started = performance.now();
const definition = parseSweep(await readSweepFile(process.argv[2]!), { manifest: imageClassifier });
const readAt = performance.now();
const plan = planTrials(definition, { fingerprint: '', trainerVersion: '1', defaults: {} });
const { value: first } = plan.enumeration!.trials().next();
const plannedAt = performance.now();
const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
process.stdout.write(
  `${JSON.stringify({
    checkMs: readAt - started,
    firstTrialMs: plannedAt - readAt,
    peakMb: Number(kilobytes) / 1024,
    trials: plan.size,
    first: first?.params,
  })}\n`,
);
