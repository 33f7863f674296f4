/**
 * What `npm run test:fast` leaves out, by the beginnings of their paths: killed sweeps, real training, networks of full size,
 * downloads. A new test is fast unless it is named here.
 */
export const SLOW = [
  'test/chaos/',
  'test/cli/',
  'test/docs/tutorial',
  'test/executor/crashes',
  'test/executor/failures',
  'test/executor/interrupt',
  'test/executor/reliability',
  'test/platform/file-lock',
  'test/programs/process-tree',
  'test/runtime/bootstrap',
  'test/runtime/set-up',
  'test/session/running/confirm',
  'test/session/running/exactly-once',
  'test/session/running/proposals/kill',
  'test/store/crash',
  'test/store/cut',
  'test/store/damage',
  'test/store/endpoint/user-queries',
  'test/store/reading/observations',
  'test/store/recording/trial-status',
  'test/sweep/fuzz',
  'test/sweep/size',
  'test/trainer/augmented-trial',
  'test/trainer/data/files/list-folder',
  'test/trainer/graph/',
  'test/trainer/image-classifier',
  'test/trainer/lr-finder',
  'test/trainer/multi-label',
  'test/trainer/networks/',
  'test/trainer/precision',
  'test/trainer/results/',
  'test/trainer/training/batch-runner',
  'test/trainer/training/checkpoints/resume',
  'test/trainer/training/features/',
  'test/trainer/training/lr-find/',
  'test/trainer/training/optimizers/',
  'test/trainer/validation',
];

/**
 * Tests that compare numbers which oneDNN's kernels compute. oneDNN chooses kernels by the processor's instruction sets, so CI
 * runs these tests twice: as the processor is, and as an older one would be (`ONEDNN_MAX_CPU_ISA`).
 */
export const ARITHMETIC = [
  'test/trainer/graph/low-precision',
  'test/trainer/graph/program/',
  'test/trainer/graph/rewrites/',
  'test/trainer/graph/running/',
  'test/trainer/networks/backbones',
  'test/trainer/networks/efficientnet',
  'test/trainer/networks/ops/',
  'test/trainer/networks/training',
  'test/trainer/networks/weights/pretrained',
  'test/trainer/precision',
  'test/trainer/training/batch-runner',
  'test/trainer/training/losses/',
  'test/trainer/training/optimizers/',
  'test/trainer/validation',
];
