"""Time and memory until Optuna's grid sampler hands out its first trial of a grid with EDGE values on each of three axes."""
import json
import resource
import sys
import time

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
edge = int(sys.argv[1])
started = time.perf_counter()
values = [float(value) for value in range(edge)]
space = {"x": values, "y": values, "z": values}
trial = optuna.create_study(sampler=optuna.samplers.GridSampler(space)).ask()
for name in space:
    trial.suggest_float(name, 0, edge)
ms = 1000 * (time.perf_counter() - started)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"firstTrialMs": ms, "peakMb": peak, "version": optuna.__version__}))
