"""Writes the model fixtures of PythonFixtureTest with the Python package safetensors.

The fixtures show that files as Python tools write them are read, in each of the naming schemes and number types.
The numbers are simple functions of their index, which the test repeats. To make them again, from protocol-core/:

    pip install safetensors==0.8.0 numpy
    python src/test/python/make_model_fixtures.py src/test/resources/io/nightjar/model/python

The names are those of the state_dict of bayesian-torch 0.5.0 and blitz-bayesian-pytorch 0.2.8.
"""

import pathlib
import sys

import numpy
import safetensors
import safetensors.numpy

CONV, DENSE, CHANNELS = (4, 1, 3, 3), (3, 16), (4,)

MODEL_JSON = """{
  "format": "nightjar-model",
  "version": 1,
  "name": "python-fixture",
  "task": "classification",
  "input": {"shape": [1, 6, 6], "range": [0, 1]},
  "layers": [
    {"name": "features.0", "type": "conv2d", "inputChannels": 1, "outputChannels": 4, "kernel": 3},
    {"name": "features.1", "type": "batchNorm", "channels": 4},
    {"name": "features.2", "type": "relu"},
    {"name": "features.3", "type": "maxPool", "kernel": 2},
    {"name": "flatten", "type": "flatten"},
    {"name": "classifier", "type": "dense", "inputs": 16, "outputs": 3}
  ],
  "classes": ["a", "b", "c"],
  "calibration": {"features.2": [0, 2.5], "features.3": [0, 2.5]}
}
"""


def values(shape, salt, dtype=numpy.float32):
    """Sixteenths from -1 to 1: every type of number here holds them exactly."""
    index = numpy.arange(int(numpy.prod(shape)))
    return (((index * 7 + salt) % 33 - 16) / 16).reshape(shape).astype(dtype)


def batch_norm(dtype=numpy.float32):
    return {
        "features.1.weight": values(CHANNELS, 5, dtype),
        "features.1.bias": values(CHANNELS, 6, dtype),
        "features.1.running_mean": values(CHANNELS, 7, dtype),
        "features.1.running_var": numpy.abs(values(CHANNELS, 8, dtype)),
        "features.1.num_batches_tracked": numpy.array(1234, dtype=numpy.int64),
    }


def own(dtype):
    tensors = batch_norm(dtype)
    for name, shape, bias, salt in (("features.0", CONV, (4,), 0), ("classifier", DENSE, (3,), 10)):
        tensors[name + ".weight.mean"] = values(shape, salt + 1, dtype)
        tensors[name + ".weight.std"] = numpy.abs(values(shape, salt + 2, dtype))
        tensors[name + ".bias.mean"] = values(bias, salt + 3, dtype)
        tensors[name + ".bias.std"] = numpy.abs(values(bias, salt + 4, dtype))
    return tensors


def bayesian_torch():
    tensors = batch_norm()
    for name, part, shape, bias, salt in (
        ("features.0", "kernel", CONV, (4,), 0),
        ("classifier", "weight", DENSE, (3,), 10),
    ):
        tensors[f"{name}.mu_{part}"] = values(shape, salt + 1)
        tensors[f"{name}.rho_{part}"] = values(shape, salt + 2)
        tensors[name + ".mu_bias"] = values(bias, salt + 3)
        tensors[name + ".rho_bias"] = values(bias, salt + 4)
    return tensors


def blitz():
    tensors = batch_norm()
    for name, shape, bias, salt in (("features.0", CONV, (4,), 0), ("classifier", DENSE, (3,), 10)):
        for part, part_shape, part_salt in (("weight", shape, salt), ("bias", bias, salt + 2)):
            for kind, offset in (("mu", 1), ("rho", 2)):
                # One parameter, registered in the layer and in its sampler.
                tensors[f"{name}.{part}_{kind}"] = values(part_shape, part_salt + offset)
                tensors[f"{name}.{part}_sampler.{kind}"] = values(part_shape, part_salt + offset)
            # Memory that nobody has initialised before the first draw.
            tensors[f"{name}.{part}_sampler.eps_w"] = numpy.full(part_shape, numpy.nan, numpy.float32)
    return tensors


def ensemble():
    tensors = {}
    for member in range(2):
        for name, tensor in batch_norm(numpy.float16).items():
            tensors[f"member.{member}.{name}"] = tensor
        for name, shape, bias, salt in (("features.0", CONV, (4,), 0), ("classifier", DENSE, (3,), 10)):
            tensors[f"member.{member}.{name}.weight"] = values(shape, salt + 1 + member, numpy.float16)
            tensors[f"member.{member}.{name}.bias"] = values(bias, salt + 3 + member, numpy.float16)
    return tensors


def save_bfloat16(tensors, path):
    """numpy has no bfloat16: it is the upper half of a float32."""
    specs, buffers = {}, []
    for name, tensor in tensors.items():
        dtype, data = "int64", tensor
        if tensor.dtype != numpy.int64:
            dtype, data = "bfloat16", (tensor.view(numpy.uint32) >> 16).astype(numpy.uint16)
        buffers.append(data)
        specs[name] = safetensors.TensorSpec(
            dtype=dtype, shape=data.shape, data_ptr=data.ctypes.data, data_len=data.nbytes
        )
    safetensors.serialize_file(specs, path, {"format": "pt"})


def main(directory):
    directory = pathlib.Path(directory)
    (directory / "model.json").write_text(MODEL_JSON)
    for name, tensors in (
        ("own-f64", own(numpy.float64)),
        ("bayesian-torch-f32", bayesian_torch()),
        ("blitz-f32", blitz()),
        ("ensemble-f16", ensemble()),
    ):
        safetensors.numpy.save_file(tensors, directory / (name + ".safetensors"), {"format": "pt"})
    save_bfloat16(own(numpy.float32), directory / "own-bf16.safetensors")


if __name__ == "__main__":
    main(sys.argv[1])
