/**
 * Names that this program may use for what other tools call `written`, likeliest first: `val_accuracy` for `acc`,
 * `learning_rate` for `lr`, `b0` for `efficientnet_b0`. Some may not exist where a name is looked for.
 *
 * @param written - lower-case letters and digits only
 */
export function synonymsOf(written: string): readonly string[] {
  return [...(NAMES.get(written) ?? []), ...metricNames(written), ...backboneNames(written)];
}

/** Our name first, then what other tools call it. */
const GROUPS: readonly (readonly [ours: string, theirs: string])[] = [
  ['learning_rate', 'lr eta stepsize baselr initiallr initlr maxlr learnrate'],
  ['backbone', 'model arch architecture network net encoder basemodel modelname modelarch modeltype'],
  ['optimizer.name', 'optim opt optimiser optimizer optimizertype optimizername'],
  ['optimizer', 'optim opt optimiser optimizertype optimizername'],
  ['batch_size', 'bs batch minibatch minibatchsize trainbatchsize perdevicetrainbatchsize'],
  ['epochs', 'epoch nepochs numepochs maxepochs numtrainepochs nepoch'],
  ['image_size', 'imgsize imgsz imagesz resolution inputsize inputshape size'],
  ['schedule', 'scheduler lrscheduler lrschedule lrschedulertype'],
  ['loss', 'lossfn lossfunction criterion objective'],
  ['dropout', 'drop droprate dropoutrate pdrop'],
  ['drop_connect', 'droppath droppathrate stochasticdepth dropconnectrate'],
  ['label_smoothing', 'smoothing labelsmooth'],
  ['weight_decay', 'wd l2 l2reg decay'],
  ['gradient_clip_norm', 'clip clipnorm gradclip gradientclip clipgrad clipgradnorm maxnorm maxgradnorm'],
  ['warmup_epochs', 'warmup warmupsteps warmupratio'],
  ['min_learning_rate', 'minlr etamin endlr'],
  ['ema_decay', 'ema modelema'],
  ['mixup_alpha', 'mixup'],
  ['cutmix_alpha', 'cutmix'],
  ['gamma', 'focalgamma focusing'],
  ['alpha', 'focalalpha classweight classweights'],
  ['weights', 'pretrained pretrainedweights'],
  ['layer_decay', 'llrd layerwisedecay'],
  ['accumulate_steps', 'accum gradaccum accumulation accumulationsteps gradientaccumulationsteps'],
  ['unfreeze', 'freeze frozen trainable'],
  ['augment', 'aug augmentation augmentations transforms'],
  ['validation_split', 'valsplit testsize valsize valfraction'],
  ['precision', 'amp dtype mixedprecision fp16'],
  ['run_cap', 'trials ntrials numtrials maxtrials numsamples count budget'],
  ['method', 'strategy search searchmethod algorithm sampler'],
  ['dataset', 'data datadir datapath dataroot'],
  ['parameters', 'params hyperparameters hyperparams searchspace space config'],
  ['goal', 'direction mode'],
  ['grid', 'gridsearch gridsampler'],
  ['random', 'randomsearch randomsampler'],
  ['sobol', 'quasirandom qmc qmcsampler lowdiscrepancy halton'],
  ['bayes', 'bayesian bayesianoptimization bayesopt bo gp gaussianprocess tpe tpesampler gpsampler hyperopt smac'],
  ['maximize', 'max maximise higher'],
  ['minimize', 'min minimise lower'],
  ['cosine', 'cosineannealing cosineannealinglr cosinedecay'],
  ['exponential', 'exponentiallr exponentialdecay'],
  ['plateau', 'reducelronplateau'],
  ['cross_entropy', 'ce crossentropyloss categoricalcrossentropy'],
  ['focal', 'focalloss'],
];

const NAMES = new Map<string, string[]>();
for (const [ours, theirs] of GROUPS) {
  for (const word of theirs.split(' ')) NAMES.set(word, [...(NAMES.get(word) ?? []), ours]);
}

const METRICS: Readonly<Record<string, string>> = {
  acc: 'accuracy',
  accuracy: 'accuracy',
  top1: 'accuracy',
  top1acc: 'accuracy',
  top1accuracy: 'accuracy',
  f1: 'macro_f1',
  f1score: 'macro_f1',
  f1macro: 'macro_f1',
  macrof1: 'macro_f1',
  bacc: 'balanced_accuracy',
  balancedacc: 'balanced_accuracy',
  balancedaccuracy: 'balanced_accuracy',
  top5: 'top5_accuracy',
  top5acc: 'top5_accuracy',
  top5accuracy: 'top5_accuracy',
  auc: 'auroc',
  rocauc: 'auroc',
  auroc: 'auroc',
  ece: 'ece',
  calibrationerror: 'ece',
  loss: 'loss',
  ce: 'cross_entropy',
  nll: 'cross_entropy',
  logloss: 'cross_entropy',
  crossentropy: 'cross_entropy',
};

/** A metric without a part of the dataset in its name is most likely meant on the validation images. */
function metricNames(written: string): readonly string[] {
  const [, part = '', rest = ''] = /^(validation|valid|val|test|eval|dev|training|train)?(.*)$/.exec(written) ?? [];
  const metric = Object.hasOwn(METRICS, rest) ? METRICS[rest] : undefined;
  if (metric === undefined) return [];
  return part.startsWith('train') ? [metric] : [`val_${metric}`, metric];
}

/** `tf_efficientnet_b0_ns`, `efficientnetv2_s` and `efficientnet-lite0` without the family's name. */
function backboneNames(written: string): readonly string[] {
  const [, second, size] = /^(?:tf)?efficientnet(v2)?(b\d|lite\d|[sml])/.exec(written) ?? [];
  if (size === undefined) return [];
  return [second === undefined ? size : `v2-${size}`];
}
