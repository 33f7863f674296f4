"""Training steps of a Keras model; standard input gives their number (see bench/lib/contender.ts)."""
import argparse
import json
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--backbone", required=True)
parser.add_argument("--image-size", type=int, required=True)
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--precision", default="float32")
options = parser.parse_args()

import keras
import numpy
import tensorflow

if options.precision != "float32":
    keras.mixed_precision.set_global_policy("mixed_" + options.precision)
name = "EfficientNet" + options.backbone.upper()
shape = (options.image_size, options.image_size, 3)
model = getattr(keras.applications, name)(weights=None, input_shape=shape, classes=10, classifier_activation=None)
model.compile(optimizer=keras.optimizers.Adam(3e-5), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
random = numpy.random.default_rng(0)
images = random.integers(0, 256, (options.batch, *shape)).astype("float32")
labels = random.integers(0, 10, options.batch)


def step():
    started = time.perf_counter()
    loss = model.train_on_batch(images, labels)
    float(numpy.asarray(loss).ravel()[0])
    return 1000 * (time.perf_counter() - started)


first = step()
versions = {"keras": keras.__version__, "tensorflow": tensorflow.__version__}
print("ready", json.dumps({"firstStepMs": first, **versions}), flush=True)
for line in sys.stdin:
    print("ran", json.dumps({"ms": [step() for _ in range(int(line.split()[1]))]}), flush=True)
