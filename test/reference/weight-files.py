"""Writes small files in Keras' formats, and the names of every backbone's weights in Keras and timm.

    python -m venv /opt/ref-venv && /opt/ref-venv/bin/pip install tensorflow-cpu==2.21.0 timm
    CUDA_VISIBLE_DEVICES= /opt/ref-venv/bin/python test/reference/weight-files.py

Writes test/fixtures/weights/tiny.* and weight-names.json: for each backbone, the SHA-256 of its sorted lines `name [shape]`.
"""

import hashlib
import json
import pathlib

import h5py
import keras
import numpy as np
import torch
from keras.src.legacy.saving import legacy_h5_format

import recipe

HERE = pathlib.Path(__file__).parent
FILES = HERE.parent / "fixtures" / "weights"

KERAS = {
    **{f"b{n}": getattr(keras.applications, f"EfficientNetB{n}") for n in range(8)},
    **{f"v2-{n.lower()}": getattr(keras.applications, f"EfficientNetV2{n}") for n in ["B0", "B1", "B2", "B3", "S", "M", "L"]},
    "resnet50": keras.applications.ResNet50,
    "resnet101": keras.applications.ResNet101,
    "mobilenet-v2": keras.applications.MobileNetV2,
}
TIMM = {
    **{f"b{n}": f"efficientnet_b{n}" for n in range(8)},
    **{f"lite{n}": f"tf_efficientnet_lite{n}" for n in range(5)},
    **{f"v2-{n}": f"tf_efficientnetv2_{n}" for n in ["b0", "b1", "b2", "b3", "s", "m", "l"]},
    **{f"resnet{n}": f"resnet{n}" for n in [18, 34, 50, 101]},
    "mobilenet-v2": "mobilenetv2_100",
}


def tiny() -> keras.Model:
    """A model with one layer of each kind, and an optimizer with slots."""
    image = keras.Input((8, 8, 3))
    x = keras.layers.Rescaling(1 / 255)(image)
    x = keras.layers.Normalization(name="normalization")(x)
    x = keras.layers.Conv2D(4, 3, use_bias=False, name="stem_conv")(x)
    x = keras.layers.BatchNormalization(name="stem_bn")(x)
    x = keras.layers.DepthwiseConv2D(3, use_bias=False, name="block1a_dwconv")(x)
    x = keras.layers.Conv2D(2, 1, name="block1a_se_reduce")(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = keras.layers.Dropout(0.5, seed=1, name="top_dropout")(x)
    model = keras.Model(image, keras.layers.Dense(3, name="predictions")(x))
    for layer in model.layers:
        if layer.weights and layer.name != "normalization":
            names = [w.name for w in layer.weights if "seed" not in w.name]
            if names:
                layer.set_weights([recipe.weight(f"{layer.name}/{w.name}", w.shape) for w in layer.weights])
    model.compile(optimizer="adam", loss="mse")
    model.optimizer.build(model.trainable_variables)
    return model


def digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def keras_names(build) -> str:
    model = build(weights=None)
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.Normalization)]
    weights = [(layer.name, w) for layer in layers for w in layer.weights]
    return digest([f"{name}/{w.name} {json.dumps(list(w.shape))}" for name, w in weights])


def timm_names(timm, name: str) -> str:
    with torch.device("meta"):
        state = timm.create_model(name, pretrained=False).state_dict()
    lines = [f"{key} {json.dumps(list(value.shape))}" for key, value in state.items()]
    return digest([line for line in lines if "num_batches_tracked" not in line])


def without_names(path: pathlib.Path, target: pathlib.Path) -> None:
    """The same file as earlier versions of Keras 3 wrote it: layers are numbered and have no names."""
    target.write_bytes(path.read_bytes())
    with h5py.File(target, "r+") as file:
        named = []
        file.visititems(lambda place, group: named.append(place) if "name" in group.attrs else None)
        for place in named:
            del file[place].attrs["name"]


def import_timm():
    """Imports timm without torchvision's compiled operators, which may not fit this torch. timm does not need them."""
    register = torch.library.register_fake
    torch.library.register_fake = lambda op, *rest, **more: (
        (lambda f: f) if str(op).startswith("torchvision::") else register(op, *rest, **more)
    )
    import timm

    return timm


if __name__ == "__main__":
    FILES.mkdir(exist_ok=True)
    model = tiny()
    model.save(FILES / "tiny.h5")
    model.save(FILES / "tiny.keras")
    model.save_weights(FILES / "tiny.weights.h5")
    without_names(FILES / "tiny.weights.h5", FILES / "tiny-numbered.weights.h5")
    with h5py.File(FILES / "tiny-weights-only.h5", "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)
    timm = import_timm()
    names = {
        "keras": {backbone: keras_names(build) for backbone, build in KERAS.items()},
        "timm": {backbone: timm_names(timm, name) for backbone, name in TIMM.items()},
    }
    HERE.joinpath("weight-names.json").write_text(json.dumps(names, indent=1) + "\n")
    assert np.isfinite(model(np.zeros((1, 8, 8, 3)))).all()
