"""Optuna with trials that return at once; standard input gives their number (see bench/lib/contender.ts)."""
import argparse
import json
import os
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--storage", choices=["sqlite", "journal"], required=True)
parser.add_argument("--folder", required=True)
parser.add_argument("--reports", type=int, required=True)
options = parser.parse_args()

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
file = os.path.join(options.folder, f"{options.storage}-{options.reports}")
if options.storage == "sqlite":
    storage = optuna.storages.RDBStorage("sqlite:///" + file)
else:
    storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(file))
values = [float(value) for value in range(100)]
space = {"x": values, "y": values}
study = optuna.create_study(storage=storage, sampler=optuna.samplers.GridSampler(space))


def objective(trial):
    trial.suggest_float("x", 0, 99)
    trial.suggest_float("y", 0, 99)
    for epoch in range(1, options.reports + 1):
        trial.report(1 / epoch, epoch)
    return 1 / options.reports


print("ready", json.dumps({"optuna": optuna.__version__}), flush=True)
for line in sys.stdin:
    started = time.perf_counter()
    study.optimize(objective, n_trials=int(line.split()[1]))
    print("ran", json.dumps({"ms": [1000 * (time.perf_counter() - started)]}), flush=True)
