"""Runs trials of a grid, which it may share with other processes through Optuna's journal, and prints all finished trials."""
import json
import sys

import optuna
from keras_trial import read_images, train

options = json.loads(sys.argv[1])
optuna.logging.set_verbosity(optuna.logging.ERROR)
space = options["space"]
storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(options["journal"]))
study = optuna.create_study(
    study_name="sweep",
    storage=storage,
    sampler=optuna.samplers.GridSampler(space, seed=0),
    direction="maximize",
    load_if_exists=True,
)
parts = read_images(options["data"], options["imageSize"])


def objective(trial):
    params = {name: trial.suggest_categorical(name, values) for name, values in space.items()}
    return train(params, parts, options["epochs"], lambda epoch, accuracy: trial.report(accuracy, epoch))


# Otherwise processes without a point left would repeat points that others are running.
states = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.RUNNING)
study.optimize(objective, callbacks=[optuna.study.MaxTrialsCallback(options["trials"], states=states)])
trials = [
    {"params": trial.params, "accuracy": trial.value, "endedAt": 1000 * trial.datetime_complete.timestamp()}
    for trial in study.get_trials(states=(optuna.trial.TrialState.COMPLETE,))
]
print(json.dumps({"version": optuna.__version__, "trials": trials}))
