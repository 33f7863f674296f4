"""Writes efficientnet.json: what Keras' EfficientNet gives for the weights and images of recipe.py.

    python -m venv /opt/ref-venv && /opt/ref-venv/bin/pip install tensorflow-cpu==2.21.0
    CUDA_VISIBLE_DEVICES= /opt/ref-venv/bin/python test/reference/efficientnet.py
"""

import json
import pathlib

import keras
import numpy as np
import tensorflow as tf
from keras.src.applications import efficientnet

import recipe

MEAN = [0.485, 0.456, 0.406]
DEVIATION = [0.229, 0.224, 0.225]
CLASSES = 7
ARGUMENTS = {
    "b0": dict(width_coefficient=1.0, depth_coefficient=1.0, default_size=224),
    "b3": dict(width_coefficient=1.2, depth_coefficient=1.4, default_size=300),
}


def build(backbone: str, size: int) -> keras.Model:
    """Without dropout and stochastic depth, whose random numbers no two libraries share."""
    model = efficientnet.EfficientNet(
        **ARGUMENTS[backbone],
        dropout_rate=0,
        drop_connect_rate=0,
        weights=None,
        input_shape=(size, size, 3),
        classes=CLASSES,
        classifier_activation=None,
    )
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.set_weights([np.array(MEAN), np.square(DEVIATION), np.array(0)])
            layer.finalize_state()
        else:
            layer.set_weights([recipe.weight(name_of(layer, w), w.shape) for w in layer.weights])
    return model


def name_of(layer: keras.Layer, weight) -> str:
    return f"{layer.name}/{weight.name}"


def infer(backbone: str, size: int, batch: int) -> dict:
    model = build(backbone, size)
    logits = model(recipe.pixels((batch, size, size, 3)), training=False)
    return {"backbone": backbone, "size": size, "batch": batch, "logits": np.round(logits, 6).tolist()}


def step(backbone: str, size: int, batch: int) -> dict:
    """Forward pass in training mode, cross-entropy, gradients; moving statistics afterwards."""
    model = build(backbone, size)
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
        "backbone": backbone,
        "size": size,
        "batch": batch,
        "loss": float(loss),
        "logits": np.round(logits, 6).tolist(),
        "gradients": digests,
        "statistics": statistics,
    }


def parameter_counts() -> dict:
    return {
        f"b{index}": getattr(keras.applications, f"EfficientNetB{index}")(weights=None).count_params()
        for index in range(8)
    }


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return float(f"{value:.7g}") if isinstance(value, float) else value


if __name__ == "__main__":
    expected = {
        "classes": CLASSES,
        "parameterCounts": parameter_counts(),
        "inference": [infer("b0", 64, 3), infer("b3", 75, 2)],
        "step": step("b0", 64, 8),
    }
    path = pathlib.Path(__file__).with_name("efficientnet.json")
    path.write_text(json.dumps(rounded(expected), indent=1) + "\n")
