import { count, times, type Section } from './section.js';

interface Step {
  readonly backbone: string;
  readonly imageSize: number;
  readonly batch: number;
  readonly ratios: Readonly<Record<string, number>>;
  readonly results: readonly {
    readonly name: string;
    readonly medianMs: number;
    readonly imagesPerSecond: number;
    readonly startMs: number;
    readonly peakMb: number;
  }[];
}

const CONTENDERS = 'compiled,compiled:bfloat16,eager,keras';
const shapeOf = ({ backbone, imageSize, batch }: Omit<Step, 'ratios' | 'results'>): string =>
  `${backbone}, ${imageSize} px, batch ${batch}`;
const stepRun = (backbone: string, size: number, batch: number, rounds: number): string[] => [
  ...['--backbone', backbone, '--image-size', String(size), '--batch', String(batch)],
  ...['--rounds', String(rounds), '--contenders', CONTENDERS],
];

export const step: Section<Step> = {
  name: 'step',
  title: 'One training step',
  about:
    'Forward pass, backward pass and Adam for one batch of random images: our compiled step, the same in bfloat16, our step op by op ' +
    '(as TensorFlow.js runs it), and `train_on_batch` of Keras. Each runs in its own process with all cores, in turn; medians.',
  runs: [stepRun('b0', 96, 16, 15), stepRun('b0', 224, 8, 15), stepRun('b3', 96, 16, 15), stepRun('b3', 224, 8, 9)],
  table: (measured) => ({
    head: ['network', 'who', 'ms per step', 'images/s', 'ratio to Keras', 'peak MB', 'first step after'],
    rows: measured.flatMap((one) => {
      const keras = one.results.find(({ name }) => name === 'keras')!;
      return one.results.map(({ name, medianMs, imagesPerSecond, startMs, peakMb }) => [
        shapeOf(one),
        name,
        String(medianMs),
        String(imagesPerSecond),
        times(Number((medianMs / keras.medianMs).toPrecision(3))),
        count(peakMb),
        `${(startMs / 1000).toFixed(1)} s`,
      ]);
    }),
  }),
  chart: (measured) => ({
    title: 'One training step on all cores',
    unit: 'images/s, more is better',
    bars: measured.flatMap((one) =>
      one.results
        .filter(({ name }) => name === 'compiled' || name === 'keras')
        .map(({ name, imagesPerSecond }) => ({
          label: `${shapeOf(one)}: ${name === 'keras' ? 'Keras' : 'ours'}`,
          value: imagesPerSecond,
          ours: name !== 'keras',
        })),
    ),
  }),
};

interface Machine {
  readonly ratios: { readonly oursToKeras: number };
  readonly results: readonly { readonly name: string; readonly imagesPerSecond: number; readonly peakMb: number }[];
}

export const machine: Section<Machine> = {
  name: 'machine',
  title: 'The whole machine',
  about:
    'Images per second of all trials that train at the same time. `2x1` is two slots of one process (ours), or two processes (Keras), ' +
    'with one intra-op thread each. The arrangements train in turn for some seconds each, several rounds.',
  runs: [['--backbone', 'b0', '--image-size', '96', '--batch', '16']],
  table: ([measured]) => ({
    head: ['arrangement', 'images/s', 'peak MB'],
    rows: [
      ...measured!.results.map(({ name, imagesPerSecond, peakMb }) => [name, String(imagesPerSecond), count(peakMb)]),
      ['ours / Keras, each with its best arrangement', times(measured!.ratios.oursToKeras), ''],
    ],
  }),
  chart: ([measured]) => ({
    title: 'EfficientNet-B0 at 96 px, batch 16: the whole machine',
    unit: 'images/s, more is better',
    bars: measured!.results.map(({ name, imagesPerSecond }) => ({
      label: name,
      value: imagesPerSecond,
      ours: name.startsWith('ours'),
    })),
  }),
};

interface Sweep {
  readonly trials: number;
  readonly train: number;
  readonly epochs: number;
  readonly imageSize: number;
  readonly results: readonly {
    readonly name: string;
    readonly wallSeconds: number;
    readonly bestAfterSeconds: number;
    readonly cpuSeconds?: number;
    readonly bestAccuracy: number;
    readonly medianAccuracy: number;
  }[];
}

export const sweep: Section<Sweep> = {
  name: 'sweep',
  title: 'A whole sweep',
  about:
    'EfficientNet-B0 and B1 with three learning rates, two gammas and two batch sizes on MNIST digits, from the start of the command ' +
    'to its end, with empty caches. `sweep run`, compared with Keras’ `model.fit` under Optuna’s GridSampler (two processes that share a ' +
    'journal) and under Ray Tune if it is installed. All use the same images, network, loss and optimizer. In Keras the momentum of ' +
    'batch norm is 0.9, because with 0.99 the moving statistics do not settle in so few steps.',
  runs: [[]],
  table: ([measured]) => ({
    head: ['who', 'trials', 'wall time', 'best trial after', 'processor time', 'best accuracy', 'median accuracy'],
    rows: measured!.results.map((one) => [
      one.name,
      String(measured!.trials),
      `${Math.round(one.wallSeconds)} s`,
      `${Math.round(one.bestAfterSeconds)} s`,
      one.cpuSeconds === undefined ? '' : `${Math.round(one.cpuSeconds)} s`,
      String(one.bestAccuracy),
      String(one.medianAccuracy),
    ]),
  }),
  chart: ([measured]) => ({
    title: `${measured!.trials} trials of ${measured!.epochs} epochs on ${count(measured!.train)} digits at ${measured!.imageSize} px`,
    unit: 'seconds, less is better',
    bars: measured!.results.map(({ name, wallSeconds }) => ({
      label: name,
      value: Math.round(wallSeconds),
      text: `${Math.round(wallSeconds)} s`,
      ours: name.startsWith('ours'),
    })),
  }),
};

interface Features {
  readonly anew: { readonly total: number };
  readonly first: { readonly total: number };
  readonly next: { readonly total: number };
}

export const features: Section<Features> = {
  name: 'features',
  title: 'Frozen backbones',
  about:
    'A trial that trains only the classifier: without cached features, so that every image passes the backbone in every epoch; as the ' +
    'first trial, which caches the features; and as a later trial.',
  runs: [['--train', '1600', '--validation', '320', '--epochs', '5']],
  table: ([measured]) => ({
    head: ['trial', 'time'],
    rows: featureBars(measured!).map(({ label, text }) => [label, text]),
  }),
  chart: ([measured]) => ({
    title: 'A trial with unfreeze: head, B0 at 96 px',
    unit: 'seconds, less is better',
    bars: featureBars(measured!),
  }),
};

function featureBars({ anew, first, next }: Features) {
  const bar = (label: string, { total }: { readonly total: number }, ours: boolean) => {
    return { label, value: total, text: `${total} s`, ours };
  };
  return [
    bar('without cached features', anew, false),
    bar('the first trial, which caches them', first, true),
    bar('each later trial', next, true),
  ];
}
