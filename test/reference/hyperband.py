"""Decisions of W&B's own Hyperband on random histories: reads a list of cases as JSON, writes for each the trials to stop.

    pip download --no-deps --only-binary :all: --dest FOLDER sweeps==0.3.0
    python test/reference/hyperband.py FOLDER/sweeps-*.whl < cases.json

The package's module `hyperband_stopping` runs unchanged. What it imports beside the standard library is replaced: the checks
of a configuration (the cases are valid and complete) and three functions of NumPy, so that nothing else must be installed.
"""

import json
import math
import sys
import types


def module(name, **members):
    made = types.ModuleType(name)
    made.__dict__.update(members)
    sys.modules[name] = made
    return made


class Run:
    name = ""

    def __init__(self, state, values):
        self.state = state
        self.history = values

    def metric_history(self, name, filter_invalid=False):
        """As `SweepRun.metric_history` with `is_number`."""
        return [v for v in self.history if v is not None and math.isfinite(v)]


class State:
    running = "running"


def same(config):
    return config


PROPERTIES = {"type": {}, "max_iter": {}, "min_iter": {}, "s": {}, "eta": {}, "strict": {}}
SCHEMA = {"definitions": {"hyperband_stopping": {"properties": PROPERTIES}}}

if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    module("numpy", inf=math.inf)
    module("sweeps", __path__=[sys.argv[1] + "/sweeps"])
    module("sweeps.config", SweepConfig=dict, fill_validate_early_terminate=same)
    module(
        "sweeps.config.schema",
        dereferenced_sweep_config_jsonschema=SCHEMA,
        fill_validate_metric=same,
    )
    module("sweeps.run", RunState=State, SweepRun=Run)
    from sweeps.hyperband_stopping import hyperband_stop_runs

    answers = []
    for case in json.load(sys.stdin):
        runs = [Run(run["state"], run["values"]) for run in case["runs"]]
        stopped = hyperband_stop_runs(runs, case["config"])
        answers.append([index for index, run in enumerate(runs) if run in stopped])
    json.dump(answers, sys.stdout)
