"""The same grid with Ray Tune, with the given number of trials at the same time, each with its share of the cores."""
import json
import os
import sys
import time

from ray import init, tune, __version__

options = json.loads(sys.argv[1])
here = os.path.dirname(os.path.abspath(__file__))
environment = {"TF_NUM_INTRAOP_THREADS": str(options["threads"]), "PYTHONPATH": here, "TF_CPP_MIN_LOG_LEVEL": "3"}
init(num_cpus=options["lanes"], logging_level="ERROR", include_dashboard=False, runtime_env={"env_vars": environment})


def objective(params):
    from keras_trial import read_images, train

    parts = read_images(options["data"], options["imageSize"])
    seen = []

    def on_epoch(epoch, accuracy):
        seen.append(accuracy)
        tune.report({"accuracy": max(seen), "ended_at": 1000 * time.time()})

    train(params, parts, options["epochs"], on_epoch)


tuner = tune.Tuner(
    tune.with_resources(objective, {"cpu": 1}),
    param_space={name: tune.grid_search(values) for name, values in options["space"].items()},
    run_config=tune.RunConfig(storage_path=options["folder"], verbose=0),
)
trials = [
    {"params": result.config, "accuracy": result.metrics["accuracy"], "endedAt": result.metrics["ended_at"]}
    for result in tuner.fit()
]
print(json.dumps({"version": __version__, "trials": trials}))
