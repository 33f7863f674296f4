"""Finds the minimum of (x - 3)^2 by gradient descent. Parameters: learning_rate, epochs. Metric: val_loss."""

import json
import random
import sys

trial = json.loads(sys.argv[-1])
rate, epochs = trial["params"]["learning_rate"], trial["params"]["epochs"]
x = random.Random(trial["seed"]).uniform(-1, 1)
for epoch in range(1, epochs + 1):
    x -= rate * 2 * (x - 3)
    print(json.dumps({"epoch": epoch, "val_loss": (x - 3) ** 2}), flush=True)
