import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import type { ParameterPassing } from '../../src/core/trainer/program.js';
import type { Params } from '../../src/core/parameters.js';
import { Trial } from './rig.js';

let trial: Trial;
const trials: Trial[] = [];
beforeEach(() => trials.push((trial = new Trial())));
after(() => trials.forEach((each) => each.close()));

const PASSING: ParameterPassing = { nested: { 'opt.lr': ['opt', 'lr'] }, floats: [], seed: false };

/** Runs a script and returns the epochs that it reports. */
async function run(text: string, params: Params = {}): Promise<object[]> {
  const settings = { reporter: 'wandb', passing: PASSING, command: ['${interpreter}', '${program}'] } as const;
  await trial.run('train.py', text, settings, { params });
  return trial.reports.map(({ metrics }) => metrics);
}

describe("a script that calls W&B's module", () => {
  test("gets the sweep's parameters over its own, and reports each epoch with what was logged before it", async () => {
    const text = `
import argparse, wandb
defaults = argparse.Namespace(lr=9, width=64)
with wandb.init(project="mine", config=defaults, tags=["a"]) as run:
    assert wandb.run is run and run.project == "mine"
    assert (wandb.config.lr, run.config["width"], wandb.config.opt["lr"]) == (0.1, 64, 0.5), wandb.config
    run.config.update({"lr": 7, "more": 1}, allow_val_change=True)
    assert dict(wandb.config) == {"lr": 0.1, "opt": {"lr": 0.5}, "width": 64, "more": 1}
    wandb.define_metric("val_loss", summary="min")
    wandb.watch(object())
    for epoch in range(2):
        for batch in range(3):
            wandb.log({"loss": batch, "lr": {"head": 1}})
        wandb.log({"epoch": epoch, "val_loss": 1 / (epoch + 1)})
    assert wandb.summary["val_loss"] == 0.5 and run.summary.loss == 2
`;
    assert.deepEqual(await run(text, { lr: 0.1, 'opt.lr': 0.5 }), [
      { loss: 2, 'lr.head': 1, epoch: 0, val_loss: 1 },
      { loss: 2, 'lr.head': 1, epoch: 1, val_loss: 0.5 },
    ]);
    assert.deepEqual(trial.warnings, []);
  });

  test('may log a step in parts', async () => {
    const text = `
import wandb
run = wandb.init()
run.log({"val_loss": 3}, step=0)
run.log({"acc": 0.1}, step=0)
run.log({"val_loss": 2}, step=5)
run.log({"late": 1}, step=2)
run.log({"acc": 0.2}, commit=False)
run.log({"f1": 0.3})
run.log({"val_loss": 1}, commit=False)
wandb.finish()
`;
    assert.deepEqual(await run(text), [{ val_loss: 3, acc: 0.1 }, { val_loss: 2, acc: 0.2, f1: 0.3 }, { val_loss: 1 }]);
    assert.equal(trial.warnings.length, 1);
  });

  test('may set the metric in its summary, or never log it', async () => {
    assert.deepEqual(
      await run('import wandb\nwandb.init()\nwandb.log({"loss": 1})\nwandb.run.summary["val_loss"] = 4'),
      [{ loss: 1, val_loss: 4 }],
    );
    trial.reports.length = 0;
    assert.deepEqual(await run('import wandb\nrun = wandb.init()\nrun.log(dict(metric=1.0))'), [{ metric: 1 }]);
    assert.match(trial.warnings.join(), /never val_loss/);
  });

  test('may log pictures, tables and files, which are noted once each', async () => {
    const text = `
import wandb
wandb.init()
table = wandb.Table(columns=["a"]); table.add_data(1); assert table.data == [[1]]
for epoch in range(2):
    wandb.log({"val_loss": 1, "picture": wandb.Image([[0]]), "t": table, "note": "text", "h": wandb.Histogram([1]), "none": None,
               "pr": wandb.plot.pr_curve([1], [1])})
    artifact = wandb.Artifact("model", type="model"); artifact.add_file("x"); wandb.log_artifact(artifact).wait()
`;
    assert.deepEqual(await run(text), [{ val_loss: 1 }, { val_loss: 1 }]);
    assert.equal(trial.warnings.length, 2);
  });

  test('ends when its trial is to stop', async () => {
    trial.decide = ({ epoch }) => (epoch === 2 ? 'stop' : 'continue');
    const text = 'import wandb\nwandb.init()\nwhile True: wandb.log({"val_loss": 1})';
    assert.equal((await run(text)).length, 2);
  });

  test('in several processes reports the run that began first', async () => {
    // The shape of W&B's published example of cross-validation.
    const text = `
import multiprocessing, os, wandb
def fold(ready, number, results):
    ready.wait()
    for key in [key for key in os.environ if key.startswith("WANDB_")]: del os.environ[key]
    run = wandb.init(group="folds", name=str(number))
    run.log(dict(val_loss=number))
    wandb.join()
    results.put(number)
if __name__ == "__main__":
    ready, results = multiprocessing.Event(), multiprocessing.Queue()
    workers = [multiprocessing.Process(target=fold, args=(ready, number, results)) for number in (1, 2)]
    for worker in workers: worker.start()
    run = wandb.init()
    print(run.sweep_id or "unknown", run.get_sweep_url(), run.get_project_url(), run.name or run.id)
    ready.set()
    values = [results.get() for _ in workers]
    for worker in workers: worker.join()
    run.log(dict(val_loss=sum(values) / len(values)))
`;
    assert.deepEqual(await run(text), [{ val_loss: 1.5 }]);
  });

  test('is told what the stand-in does not have', async () => {
    await assert.rejects(run('import wandb\nwandb.init()\nwandb.Api()'), /stand-in for wandb .* has no 'Api'/);
    await assert.rejects(run('import wandb\nwandb.agent("id")'), /run that with `sweep run`/);
  });
});

test("without the reporter the module is W&B's, and its absence is explained", async () => {
  await assert.rejects(trial.run('train.py', 'raise ImportError("No module named \'wandb\'")'), (error: unknown) => {
    assert.match((error as { hint: string }).hint, /reporter: wandb/);
    return true;
  });
  await trial.run(
    'train.py',
    'import sys\nassert not any("wandb_stand_in" in path for path in sys.path)\nprint(\'{"val_loss": 1}\')',
  );
});
