"""What networks come in: files by their endings, models of an MLflow registry, modules and estimators.

Each is loaded by its own library, and written as ONNX by whatever that library has for it.
"""

import os
import sys
import warnings
from pathlib import Path

import numpy as np

from .errors import ExportError, line

_TORCH = (".pt", ".pth")
_ESTIMATORS = (".joblib", ".pkl", ".pickle")
_KERAS = (".keras", ".h5")
_MLFLOW = "mlflow:"


def loaded(source):
    """Returns the network that a text or a path names: a file of ONNX stays a path, others become objects.

    Files of PyTorch and scikit-learn are programs, which run when they are loaded.
    """
    if not isinstance(source, (str, Path)):
        return source
    if str(source).startswith(_MLFLOW):
        return _of_mlflow(str(source)[len(_MLFLOW) :])
    path = Path(source)
    loader = {_TORCH: _of_torch, _ESTIMATORS: _of_estimator, _KERAS: _of_keras}
    load = next((one for endings, one in loader.items() if path.suffix in endings), None)
    if load is None:
        return path
    if not path.is_file():
        raise ExportError(f"there is no file {path}")
    if os.getcwd() not in sys.path:
        sys.path.append(os.getcwd())  # where the classes of pickled objects are, as for `python -m`
    try:
        return load(path)
    except ExportError:
        raise
    except Exception as e:  # whatever a library throws
        raise ExportError(f"{path} cannot be loaded ({type(e).__name__}: {line(e)})") from e


def title(source):
    """Returns what a network is called that nobody has named."""
    if isinstance(source, (str, Path)):
        return Path(str(source).split("@")[0]).stem
    return type(source).__name__


def _of_torch(path):
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = torch.load(path, map_location="cpu", weights_only=False)
    if not hasattr(found, "state_dict"):
        raise ExportError(f"{path} holds parameters without their network: save all of it, torch.save(module, ...)")
    return found


def _of_estimator(path):
    import joblib

    found = joblib.load(path)
    if not hasattr(found, "predict"):
        raise ExportError(f"{path} holds a {type(found).__name__}, which is no estimator of scikit-learn")
    return found


def _of_keras(path):
    import keras

    return keras.saving.load_model(path, compile=False)


def _of_mlflow(uri):
    """Downloads a model by MLflow, and loads it by the flavour that says most of it."""
    try:
        from mlflow import artifacts, models
    except ImportError as e:
        raise ExportError("mlflow: needs the package mlflow") from e
    try:
        local = artifacts.download_artifacts(uri)
        flavors = models.Model.load(local).flavors
        if "onnx" in flavors:
            return Path(local) / flavors["onnx"]["data"]
        if "sklearn" in flavors:
            from mlflow import sklearn

            return sklearn.load_model(local)
        if "pytorch" in flavors:
            from mlflow import pytorch

            return pytorch.load_model(local, map_location="cpu")
        if "tensorflow" in flavors:
            from mlflow import tensorflow

            return tensorflow.load_model(local)
    except Exception as e:  # whatever MLflow throws
        raise ExportError(f"{uri} cannot be had from MLflow ({type(e).__name__}: {line(e)})") from e
    raise ExportError(
        f"{uri} has the flavours {', '.join(sorted(flavors))}: onnx, sklearn, pytorch and tensorflow can be exported"
    )


def as_onnx(source, records, scratch):
    """Returns the path of a network as ONNX; its own library writes it, if it is none yet."""
    if isinstance(source, Path):
        return source
    if records is None or len(records) == 0:
        raise ExportError(f"a {type(source).__name__} needs records, to see what it reads")
    path = scratch / "model.onnx"
    first = np.asarray(records[:1], np.float32)
    if hasattr(source, "state_dict"):
        _from_torch(source, first, path)
    elif type(source).__module__.startswith(("keras", "tf_keras", "tensorflow")):
        _from_keras(source, first, path)
    elif hasattr(source, "predict"):
        _from_sklearn(source, first, path)
    else:
        raise ExportError(
            f"a {type(source).__name__} is no path of a file, module of PyTorch, estimator of scikit-learn or model"
            " of Keras"
        )
    return path


def _from_torch(module, first, path):
    import torch

    module.eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with torch.no_grad():
                module(torch.from_numpy(first))  # what draws its mask when it is first used draws it now
            torch.onnx.export(module, (torch.from_numpy(first),), str(path), dynamo=False)
        except Exception as e:  # whatever a module throws
            raise ExportError(f"PyTorch cannot evaluate it, or write it as ONNX ({type(e).__name__}: {line(e)})") from e


def _from_sklearn(estimator, first, path):
    from skl2onnx import to_onnx

    options = {"zipmap": False} if hasattr(estimator, "predict_proba") else None
    try:
        path.write_bytes(to_onnx(estimator, first, options=options).SerializeToString())
    except Exception as e:  # whatever an estimator throws
        raise ExportError(f"skl2onnx cannot write it as ONNX ({type(e).__name__}: {line(e)})") from e


def _from_keras(model, first, path):
    model(first)  # which makes its shapes known
    try:
        model.export(path, format="onnx", verbose=False)
    except Exception as e:  # whatever a backend throws
        raise ExportError(f"Keras cannot write it as ONNX ({type(e).__name__}: {line(e)})") from e
