"""What libraries for PyTorch know of a posterior: means and deviations of weights, or several sets of weights.

Nothing here needs these libraries: their layers are known by the names of their parameters.
"""

import copy
from dataclasses import dataclass

import numpy as np

from .errors import ExportError

# Where libraries keep means and deviations, and what makes a deviation of what they keep.
_WEIGHTS = [
    ("mu_weight", "rho_weight", "softplus"),  # bayesian-torch, linear
    ("mu_kernel", "rho_kernel", "softplus"),  # bayesian-torch, convolutions
    ("weight_mu", "weight_rho", "softplus"),  # Blitz
    ("weight_mu", "weight_log_sigma", "exp"),  # torchbnn
    ("weight_mu", "weight_sigma", "softplus"),  # torch-uncertainty
]
_BIASES = [
    ("mu_bias", "rho_bias", "softplus"),
    ("bias_mu", "bias_rho", "softplus"),
    ("bias_mu", "bias_log_sigma", "exp"),
    ("bias_mu", "bias_sigma", "softplus"),
]


def is_gaussian(module) -> bool:
    """Returns whether a module has layers whose weights have means and deviations."""
    return any(_find(layer, _WEIGHTS) for layer in module.modules())


def _find(layer, names):
    for mean, deviation, form in names:
        found = getattr(layer, mean, None), getattr(layer, deviation, None)
        if all(one is not None and hasattr(one, "detach") for one in found):
            return found[0], found[1], form
    return None


def _deviation(found):
    import torch

    kept, form = found[1].detach(), found[2]
    return torch.exp(kept) if form == "exp" else torch.nn.functional.softplus(kept)


def _copied(module):
    """Returns a copy of a module, without what its layers keep of weights that they drew while it was trained."""
    import torch

    kept = [one for layer in module.modules() for one in vars(layer).values() if isinstance(one, torch.Tensor)]
    return copy.deepcopy(module, {id(one): one.detach().clone() for one in kept if not one.is_leaf})


def gaussian(module):
    """Returns a module with the means as weights, and what makes one of the same structure with other weights.

    The latter takes one of "weights", "biases" and "zeros": deviations of weights and biases, or of biases alone, with
    zeros for all other weights and biases.
    """
    rebuilt = module.rebuilt if isinstance(module, MeanField) else lambda kind: _rebuilt(module, kind)
    return rebuilt("means"), rebuilt


@dataclass
class MeanField:
    """A module of PyTorch, for some of whose parameters another library has found means and deviations."""

    module: object
    means: dict
    deviations: dict

    def rebuilt(self, kind):
        """Returns the module with other parameters, as `gaussian` says."""
        import torch

        whole = _copied(self.module)
        linear = {
            f"{place}.{name}".lstrip("."): parameter
            for place, layer in whole.named_modules()
            if isinstance(layer, (torch.nn.Linear, torch.nn.modules.conv._ConvNd))
            for name, parameter in layer.named_parameters(recurse=False)
        }
        for name in self.deviations:
            if name not in linear:
                raise ExportError(
                    f"{name!r} has deviations: only weights and biases of linear layers and convolutions can"
                )
        with torch.no_grad():
            for name, parameter in whole.named_parameters():
                if kind == "means":
                    if name in self.means:
                        parameter.copy_(self.means[name])
                elif name in linear:
                    found = self.deviations.get(name) if kind == "weights" or name.endswith("bias") else None
                    parameter.copy_(torch.zeros(()) if found is None or kind == "zeros" else found)
        return whole


def mean_field(module, means, deviations):
    """Returns what `export` takes for a module whose parameters have means and deviations, by their names.

    Both are arrays or tensors by the names of parameters, as other libraries give them: of Pyro `guide.median()` are
    the means, and `guide.quantiles([0.8413])` less these the deviations of an `AutoNormal`.
    """
    return MeanField(module, _by_name(module, means), _by_name(module, deviations))


def sampled_members(module, samples):
    """Returns modules with drawn parameters, whatever drew them.

    `samples` are a dictionary of parameters by their names, whose first axis counts the draws, as `sample_posterior` of
    NumPyro's guides gives; or a list of dictionaries of one draw each, as Pyro's guides give when they are called.
    Parameters that nothing is drawn for stay as they are.
    """
    import torch

    if isinstance(samples, dict):
        counts = {len(one) for one in samples.values()}
        if len(counts) != 1:
            raise ExportError(
                f"there are {sorted(counts)} draws of different parameters: there must be as many of each"
            )
        samples = [{name: one[i] for name, one in samples.items()} for i in range(counts.pop())]
    members = []
    for one in samples:
        member = _copied(module)
        own = dict(member.named_parameters())
        with torch.no_grad():
            for name, array in _by_name(module, one).items():
                own[name].copy_(array)
        members.append(member)
    return members


def _by_name(module, arrays):
    """Returns arrays as tensors, which have to be of a module's parameters."""
    import torch

    own = dict(module.named_parameters())
    found = {}
    for name, array in arrays.items():
        if name not in own:
            raise ExportError(f"there is no parameter {name!r}: there are {', '.join(own)}")
        tensor = array.detach() if hasattr(array, "detach") else torch.from_numpy(np.array(array, np.float32))
        if tensor.shape != own[name].shape:
            raise ExportError(f"{name!r} has shape {tuple(tensor.shape)}, its parameter {tuple(own[name].shape)}")
        found[name] = tensor
    return found


def _rebuilt(module, kind):
    import torch

    whole = _copied(module)
    for parent in list(whole.modules()):
        for name, layer in list(parent.named_children()):
            if _find(layer, _WEIGHTS):
                setattr(parent, name, _plain(layer, kind))
            elif kind != "means" and isinstance(layer, (torch.nn.Linear, torch.nn.modules.conv._ConvNd)):
                for parameter in layer.parameters():
                    torch.nn.init.zeros_(parameter)
    return whole


def _plain(layer, kind):
    """Returns a layer of PyTorch's own that stands for one with a posterior."""
    import torch

    weight, bias = _find(layer, _WEIGHTS), _find(layer, _BIASES)
    means = weight[0].detach()
    if means.ndim == 2:
        plain = torch.nn.Linear(means.shape[1], means.shape[0], bias=bias is not None)
    elif means.ndim in (3, 4):
        kind_of = torch.nn.Conv1d if means.ndim == 3 else torch.nn.Conv2d
        groups = int(getattr(layer, "groups", 1))
        plain = kind_of(
            means.shape[1] * groups,
            means.shape[0],
            tuple(means.shape[2:]),
            stride=getattr(layer, "stride", 1),
            padding=getattr(layer, "padding", 0),
            dilation=getattr(layer, "dilation", 1),
            groups=groups,
            bias=bias is not None,
        )
    else:
        raise ExportError(
            f"a {type(layer).__name__} has weights of shape {tuple(means.shape)}:"
            " linear layers and convolutions are supported"
        )
    with torch.no_grad():
        for target, found, kinds in ((plain.weight, weight, ("weights",)), (plain.bias, bias, ("weights", "biases"))):
            if found is None:
                continue
            if kind == "means":
                target.copy_(found[0])
            elif kind in kinds:
                target.copy_(_deviation(found))
            else:
                target.zero_()
    return plain if not _returns_pair(layer) else _Pair(plain)


def _returns_pair(layer):
    """Layers of bayesian-torch return their output and a divergence, unless they are told not to."""
    return hasattr(layer, "dnn_to_bnn_flag") and not layer.dnn_to_bnn_flag


def _Pair(plain):  # noqa: N802: a class, made when torch is there
    import torch

    class Pair(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.plain = plain

        def forward(self, x, *_):
            return self.plain(x), torch.zeros(())

    return Pair()


def deviations(mean_tensors, weights, biases, zeros):
    """Returns the deviations of an artefact's tensors, from artefacts of the other kinds."""
    found = {}
    for name in mean_tensors:
        if name.endswith(".weight.mean"):
            deviation = np.abs(weights[name])
        elif name.endswith(".bias.mean"):
            if not np.allclose(weights[name], biases[name], rtol=1e-5, atol=1e-7):
                raise ExportError(
                    f"{name[:-10]}: a constant is added before a layer with a posterior, so its bias depends on its"
                    " weights: add it before the records come in"
                )
            deviation = np.abs(biases[name] - zeros[name])
        else:
            continue
        if np.any(deviation > 0):
            found[name[: -len("mean")] + "std"] = deviation
    return found


def dropout_members(module, count, seed=1):
    """Returns modules with drawn masks in place of dropout, as Monte Carlo dropout predicts with."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    return [_masked(module, generator) for _ in range(count)]


def _masked(module, generator):
    import torch

    class Mask(torch.nn.Module):
        """Multiplies by a mask that is drawn when it is first seen what it is for."""

        def __init__(self, p, by_channel):
            super().__init__()
            self.p, self.by_channel, self.mask = p, by_channel, None

        def forward(self, x):
            if self.mask is None:
                shape = (1, x.shape[1], *[1] * (x.ndim - 2)) if self.by_channel else (1, *x.shape[1:])
                kept = torch.rand(shape, generator=generator) >= self.p
                self.mask = kept.float() / (1 - self.p)
            return x * self.mask

    whole = _copied(module)
    whole.eval()
    for parent in list(whole.modules()):
        for name, layer in list(parent.named_children()):
            if isinstance(layer, torch.nn.modules.dropout._DropoutNd) and layer.p > 0:
                setattr(parent, name, Mask(layer.p, not isinstance(layer, torch.nn.Dropout)))
    return whole


def laplace_members(laplace, count, seed=1):
    """Returns modules with parameters drawn from a posterior of laplace-torch, whatever its structure."""
    import torch

    torch.manual_seed(seed)
    drawn = laplace.sample(count)
    members = []
    for parameters in drawn:
        whole = _copied(laplace.model)
        inner = whole.model if hasattr(whole, "last_layer") else whole
        given = whole.last_layer if hasattr(whole, "last_layer") else inner
        torch.nn.utils.vector_to_parameters(parameters, given.parameters())
        members.append(inner)
    return members
