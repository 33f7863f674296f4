"""Writes timm_models.json: outputs of timm's and torchvision's networks for the weights and images of recipe.py.

    /opt/ref-venv/bin/pip install torch timm torchvision
    /opt/ref-venv/bin/python test/reference/timm_models.py
"""

import json
import pathlib
import re

import numpy as np
import torch

import recipe

# A torchvision built for another version of torch lacks its own ops. Classifiers do not need them.
if not hasattr(torch.ops.torchvision, "nms"):
    ops = torch.library.Library("torchvision", "DEF")
    for name in ["nms", "qnms"]:
        ops.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

import timm  # noqa: E402
import torchvision  # noqa: E402

CLASSES = 7
IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
SIGNED = ([0.5, 0.5, 0.5], [0.5, 0.5, 0.5])

EFFICIENTNET = [
    (r"^conv_stem$", "stem_conv"),
    (r"^bn1$", "stem_bn"),
    (r"^conv_head$", "top_conv"),
    (r"^bn2$", "top_bn"),
    (r"^classifier$", "predictions"),
]
BASIC = [
    (r"^fc$", "predictions"),
    (r"\.downsample\.0$", "_downsample_conv"),
    (r"\.downsample\.1$", "_downsample_bn"),
    (r"\.", "_"),
]
BOTTLENECK = [
    (r"^fc$", "predictions"),
    (r"^conv1$", "conv1_conv"),
    (r"^bn1$", "conv1_bn"),
    (r"\.downsample\.0$", ".conv0"),
    (r"\.downsample\.1$", ".bn0"),
    (r"^layer(\d)\.(\d+)\.(conv|bn)(\d)$", lambda m: f"conv{int(m[1]) + 1}_block{int(m[2]) + 1}_{m[4]}_{m[3]}"),
]
ALEXNET = {
    "features.0": "conv1", "features.3": "conv2", "features.6": "conv3", "features.8": "conv4", "features.10": "conv5",
    "classifier.1": "fc6", "classifier.4": "fc7", "classifier.6": "predictions",
}  # fmt: skip

"""timm's names of the parts of a block, by block class, and our names for them."""
PARTS = {
    "DepthwiseSeparableConv": {"conv_dw": "dwconv", "bn1": "bn", "conv_pw": "project_conv", "bn2": "project_bn"},
    "InvertedResidual": {
        "conv_pw": "expand_conv", "bn1": "expand_bn", "conv_dw": "dwconv", "bn2": "bn",
        "conv_pwl": "project_conv", "bn3": "project_bn",
    },
    "EdgeResidual": {
        "conv_exp": "expand_conv", "bn1": "expand_bn", "conv_pwl": "project_conv", "bn2": "project_bn",
    },
    "ConvBnAct": {"conv": "project_conv", "bn1": "project_bn"},
}  # fmt: skip
SQUEEZE = {"se.conv_reduce": "se_reduce", "se.conv_expand": "se_expand"}
VARIABLES = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}


def efficientnet_name(model, module: str) -> str:
    match = re.match(r"^blocks\.(\d+)\.(\d+)\.(.+)$", module)
    if not match:
        return substitute(EFFICIENTNET, module)
    stage, place, part = int(match[1]), int(match[2]), match[3]
    parts = {**PARTS[type(model.blocks[stage][place]).__name__], **SQUEEZE}
    # Keras names the depthwise convolutions of EfficientNetV2 differently.
    name = "dwconv2" if parts[part] == "dwconv" and hasattr(model.blocks[1][0], "conv_exp") else parts[part]
    return f"block{stage + 1}{chr(ord('a') + place)}_{name}"


def mobilenet_name(model, module: str) -> str:
    ends = {"conv_stem": "Conv1", "bn1": "bn_Conv1", "conv_head": "Conv_1", "bn2": "Conv_1_bn", "classifier": "predictions"}
    if module in ends:
        return ends[module]
    _, stage, place, part = module.split(".")
    block = model.blocks[int(stage)][int(place)]
    index = sum(len(model.blocks[s]) for s in range(int(stage))) + int(place)
    name = PARTS[type(block).__name__][part].replace("dwconv", "depthwise").replace("_conv", "")
    name = {"bn": "depthwise_BN"}.get(name, name.replace("_bn", "_BN"))
    return ("expanded_conv_" if index == 0 else f"block_{index}_") + name


def substitute(rules, module: str) -> str:
    for pattern, replacement in rules:
        module = re.sub(pattern, replacement, module)
    return module


def fill(model, name_of) -> None:
    modules = dict(model.named_modules())
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            if key.endswith("num_batches_tracked"):
                continue
            module, variable = key.rsplit(".", 1)
            ours = name_of(model, module)
            if isinstance(modules[module], torch.nn.BatchNorm2d):
                tensor.copy_(torch.from_numpy(recipe.weight(f"{ours}/{VARIABLES[variable]}", tuple(tensor.shape))))
            elif variable == "bias":
                tensor.copy_(torch.from_numpy(recipe.weight(f"{ours}/bias", tuple(tensor.shape))))
            else:
                order = order_of(modules[module])
                values = recipe.weight(f"{ours}/kernel", tuple(tensor.permute(*order).shape))
                tensor.copy_(torch.from_numpy(values).permute(*np.argsort(order).tolist()))


def order_of(module) -> tuple[int, ...]:
    """Axis order from [out, in, height, width] to [height, width, in, out]. Depthwise kernels have one filter per input channel."""
    if isinstance(module, torch.nn.Linear):
        return (1, 0)
    return (2, 3, 0, 1) if module.groups > 1 else (2, 3, 1, 0)


def by_rules(rules):
    return lambda _model, module: substitute(rules, module)


def by_table(table):
    return lambda _model, module: table[module]


"""Our name, timm's name, mapping of layer names, pixel scaling, image size, number of images."""
NETWORKS = [
    ("b0", "efficientnet_b0", efficientnet_name, IMAGENET, 64, 2),
    ("lite0", "efficientnet_lite0", efficientnet_name, IMAGENET, 75, 2),
    *((f"lite{index}", f"efficientnet_lite{index}", efficientnet_name, IMAGENET, 33, 1) for index in range(1, 5)),
    ("v2-s", "tf_efficientnetv2_s", efficientnet_name, SIGNED, 64, 2),
    ("resnet18", "resnet18", by_rules(BASIC), IMAGENET, 75, 2),
    ("resnet34", "resnet34", by_rules(BASIC), IMAGENET, 64, 2),
    ("resnet50", "resnet50", by_rules(BOTTLENECK), IMAGENET, 64, 2),
    ("mobilenet-v2", "mobilenetv2_100", mobilenet_name, IMAGENET, 64, 2),
    ("alexnet", "alexnet", by_table(ALEXNET), IMAGENET, 80, 2),
]
COUNTED = {
    **{f"lite{index}": f"efficientnet_lite{index}" for index in range(5)},
    "resnet18": "resnet18",
    "resnet34": "resnet34",
    "alexnet": "alexnet",
}


def build(name: str, classes: int):
    if name == "alexnet":
        return torchvision.models.alexnet(num_classes=classes)
    return timm.create_model(name, pretrained=False, num_classes=classes)


def infer(backbone: str, name: str, name_of, scaling, size: int, batch: int) -> dict:
    model = build(name, CLASSES)
    fill(model, name_of)
    model.eval()
    mean, deviation = (np.array(values, dtype=np.float32) for values in scaling)
    images = (recipe.pixels((batch, size, size, 3)) / 255 - mean) / deviation
    with torch.no_grad():
        logits = model(torch.from_numpy(images.transpose(0, 3, 1, 2).copy())).numpy()
    return {"backbone": backbone, "size": size, "batch": batch, "logits": [[round(float(logit), 6) for logit in row] for row in logits]}


def count(name: str) -> int:
    """Number of weights with 1000 classes, with moving statistics."""
    state = build(name, 1000).state_dict()
    return sum(tensor.numel() for key, tensor in state.items() if not key.endswith("num_batches_tracked"))


if __name__ == "__main__":
    expected = {
        "classes": CLASSES,
        "parameterCounts": {backbone: count(name) for backbone, name in COUNTED.items()},
        "inference": [infer(*network) for network in NETWORKS],
    }
    path = pathlib.Path(__file__).with_name("timm_models.json")
    path.write_text(json.dumps(expected, indent=1) + "\n")
