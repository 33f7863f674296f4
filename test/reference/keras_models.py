"""Writes keras_models.json: outputs of Keras' networks for the weights and images of recipe.py.

    python -m venv /opt/ref-venv && /opt/ref-venv/bin/pip install tensorflow-cpu==2.21.0
    CUDA_VISIBLE_DEVICES= /opt/ref-venv/bin/python test/reference/keras_models.py
"""

import json
import pathlib

import keras
import numpy as np
import tensorflow as tf
from keras import applications
from keras.src.applications import efficientnet

import recipe

MEAN = [0.485, 0.456, 0.406]
DEVIATION = [0.229, 0.224, 0.225]
CLASSES = 7

BUILDERS = {
    **{f"b{index}": getattr(applications, f"EfficientNetB{index}") for index in range(8)},
    **{f"v2-{size.lower()}": getattr(applications, f"EfficientNetV2{size}") for size in ["B0", "B1", "B2", "B3", "S", "M", "L"]},
    "resnet50": applications.ResNet50,
    "resnet101": applications.ResNet101,
    "mobilenet-v2": applications.MobileNetV2,
}
"""Networks that need their pixels scaled before the input."""
PREPROCESSING = {
    "resnet50": applications.resnet.preprocess_input,
    "resnet101": applications.resnet.preprocess_input,
    "mobilenet-v2": applications.mobilenet_v2.preprocess_input,
}
"""Image size and number of images per network. Odd sizes are included, because strides of 2 then pad on both sides."""
INFERENCE = [
    ("b0", 64, 2), ("b1", 64, 2), ("b2", 75, 2), ("b3", 75, 2), ("b4", 64, 2), ("b5", 64, 2), ("b6", 64, 2), ("b7", 64, 2),
    ("v2-b0", 75, 2), ("v2-b1", 33, 1), ("v2-b2", 32, 1), ("v2-b3", 64, 2), ("v2-s", 64, 2), ("v2-m", 32, 1), ("v2-l", 32, 1),
    ("resnet50", 64, 2), ("resnet101", 33, 1), ("mobilenet-v2", 75, 2),
]  # fmt: skip


def fill(model: keras.Model) -> keras.Model:
    for layer in model.layers:
        if not isinstance(layer, keras.layers.Normalization):
            layer.set_weights([recipe.weight(name_of(layer, w), w.shape) for w in layer.weights])
        elif layer.input_mean is None:
            layer.set_weights([np.array(MEAN), np.square(DEVIATION), np.array(0)])
            layer.finalize_state()
    return model


def name_of(layer: keras.Layer, weight) -> str:
    return f"{layer.name}/{weight.name}"


def infer(backbone: str, size: int, batch: int) -> dict:
    build = BUILDERS[backbone]
    model = fill(build(weights=None, input_shape=(size, size, 3), classes=CLASSES, classifier_activation=None))
    pixels = recipe.pixels((batch, size, size, 3))
    logits = model(PREPROCESSING.get(backbone, lambda x: x)(pixels), training=False)
    keras.backend.clear_session()
    return {"backbone": backbone, "size": size, "batch": batch, "logits": np.round(logits, 6).tolist()}


def step(size: int, batch: int) -> dict:
    """One training step of B0: outputs in training mode, cross-entropy, gradients, and the moving statistics afterwards."""
    # Without dropout and stochastic depth, because random numbers differ between libraries.
    model = efficientnet.EfficientNet(
        width_coefficient=1.0,
        depth_coefficient=1.0,
        default_size=224,
        dropout_rate=0,
        drop_connect_rate=0,
        weights=None,
        input_shape=(size, size, 3),
        classes=CLASSES,
        classifier_activation=None,
    )
    fill(model)
    labels = np.arange(batch) % CLASSES
    with tf.GradientTape() as tape:
        logits = model(recipe.pixels((batch, size, size, 3)), training=True)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
    named = {id(w): name_of(layer, w) for layer in model.layers for w in layer.weights}
    gradients = tape.gradient(loss, [w.value for w in model.trainable_weights])
    digests = {}
    for weight, gradient in zip(model.trainable_weights, gradients):
        digests[named[id(weight)]] = recipe.digest(named[id(weight)], gradient.numpy())
    statistics = {}
    for weight in model.non_trainable_weights:
        if weight.name.startswith("moving_"):
            statistics[named[id(weight)]] = recipe.digest(named[id(weight)], weight.numpy())
    return {
        "backbone": "b0",
        "size": size,
        "batch": batch,
        "loss": float(loss),
        "logits": np.round(logits, 6).tolist(),
        "gradients": digests,
        "statistics": statistics,
    }


def count(backbone: str) -> int:
    """Number of weights with 1000 classes: with moving statistics, without those of pixel normalization."""
    model = BUILDERS[backbone](weights=None)
    weights = [w for layer in model.layers if not isinstance(layer, keras.layers.Normalization) for w in layer.weights]
    total = sum(int(np.prod(w.shape)) for w in weights)
    keras.backend.clear_session()
    return total


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return float(f"{value:.7g}") if isinstance(value, float) else value


if __name__ == "__main__":
    expected = {
        "classes": CLASSES,
        "parameterCounts": {backbone: count(backbone) for backbone in BUILDERS},
        "inference": [infer(*network) for network in INFERENCE],
        "step": step(64, 8),
    }
    path = pathlib.Path(__file__).with_name("keras_models.json")
    path.write_text(json.dumps(rounded(expected), indent=1) + "\n")
