"""Compares exported posteriors with the libraries' own predictions: `python test_posteriors.py`, with all of
requirements-posteriors.txt installed, which is large. It prints a line for each library.

With `--leave DIRECTORY` the models are left there for LibraryModelsTest, with what the libraries say of some records:
in src/test/resources/io/nightjar/calibration/libraries of protocol-core.
"""

import json
import shutil
import sys
import tempfile
import unittest
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn

from nightjar_export import ExportError, export, posterior
from nightjar_export.artefact import Artefact
from nightjar_export.evaluate import evaluate

warnings.simplefilter("ignore")
torch.manual_seed(3)
ROWS = torch.rand(40, 12)
DRAWS = 4000
LEFT = 8
LEAVE: list[Path] = []


def still(module):
    """Returns what a module says of the records without deviations."""
    whole = posterior._copied(module)
    with torch.no_grad():
        for name, parameter in whole.named_parameters():
            if name.endswith(("rho_weight", "rho_bias", "rho_kernel", "rho", "log_sigma", "_sigma")):
                parameter.fill_(-60)
        return whole(ROWS).numpy()


def leave(library, target, outputs, deviations=None, module=None):
    """Leaves a model for the tests in Java; of a module, also as its own library saves its parameters."""
    for place in LEAVE:
        names = [library, *(f"{library}-{i}" for i in range(1, 10))]
        name = next(one for one in names if not (place / one).exists())
        left = place / name
        shutil.copytree(target, left)
        said = {"library": library, "version": version(library), "records": ROWS[:LEFT].tolist()}
        said["outputs"] = np.asarray(outputs, np.float64)[:LEFT].tolist()
        if deviations is not None:
            said["deviations"] = deviations[:LEFT].tolist()
        (left / "said.json").write_text(json.dumps(said) + "\n", "utf-8")
        if module is not None:
            own = place / f"{name}-own"
            shutil.copytree(left, own)
            model = json.loads((own / "model.json").read_text("utf-8"))
            names = [n for n, one in module.named_modules() if posterior._find(one, posterior._WEIGHTS)]
            for layer, wanted in zip((one for one in model["layers"] if one["type"] == "dense"), names, strict=True):
                layer["name"] = wanted
            (own / "model.json").write_text(json.dumps(model, indent=2) + "\n", "utf-8")
            kept = {n: np.ascontiguousarray(t.numpy()) for n, t in module.state_dict().items()}
            save_file(kept, own / "posterior.safetensors")


def drawn(artefact, count, seed=1):
    """Returns the mean and the deviation of outputs over draws of the artefact's weights."""
    random = np.random.default_rng(seed)
    outputs = []
    for _ in range(count):
        tensors = dict(artefact.tensors)
        for name, mean in artefact.tensors.items():
            std = artefact.tensors.get(name[:-4] + "std") if name.endswith(".mean") else None
            if std is not None:
                tensors[name] = mean + std * random.standard_normal(mean.shape)
        one = Artefact(artefact.name, artefact.task, artefact.shape, layers=artefact.layers, tensors=tensors)
        outputs.append(evaluate(one, ROWS.numpy(), logits=True))
    return np.mean(outputs, axis=0), np.std(outputs, axis=0)


class PosteriorTest(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.addCleanup(self.place.cleanup)
        self.directory = Path(self.place.name)

    def compare(self, library, module, predict, members=None, still_says=None, saved=False):
        """Exports, and compares the outputs' means and deviations over draws with the library's own."""
        target = self.directory / library
        _, comparison = export(members or module, target, records=ROWS.numpy(), task="regression")
        artefact = Artefact.read(target)
        with torch.no_grad():
            own = np.stack([predict().numpy() for _ in range(DRAWS if members is None else 1)])
        if members is None:
            means, deviations = drawn(artefact, DRAWS)
            scale = own.std(axis=0).mean()
            difference = np.abs(means - own.mean(axis=0)).max() / scale
            ratio = deviations.mean() / scale
            self.assertLess(difference, 0.15, library)  # of a deviation: so much is chance with so many draws
            self.assertAlmostEqual(1, ratio, delta=0.03)
            outputs = still(module) if still_says is None else still_says
            np.testing.assert_allclose(evaluate(artefact, ROWS.numpy(), logits=True), outputs, atol=1e-5)
            leave(library, target, outputs, own.std(axis=0), module if saved else None)
            text = f"means of {DRAWS} draws differ by {difference:.2f} deviations, deviations by {abs(1 - ratio):.1%}"
        else:
            outputs = [evaluate(artefact.member(i), ROWS.numpy()) for i in range(len(members))]
            difference = np.abs(np.mean(outputs, axis=0) - own[0]).max()
            self.assertLess(difference, 1e-5)
            with torch.no_grad():
                leave(library, target, np.concatenate([one(ROWS).numpy() for one in members], axis=1))
            text = f"means of {len(members)} members differ by {difference:.1e}"
        print(f"{library} {version(library)}: {text}; with means as weights by {comparison.largest:.1e}")

    def test_bayesian_torch(self):
        from bayesian_torch.layers import LinearFlipout, LinearReparameterization

        for layer in (LinearReparameterization, LinearFlipout):

            class Net(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.a, self.b = layer(12, 10), layer(10, 3)  # noqa: B023

                def forward(self, x):
                    x, first = self.a(x)
                    x, second = self.b(torch.relu(x))
                    return x

            net = Net()
            self.compare("bayesian-torch", net, lambda: net(ROWS), saved=True)  # noqa: B023
            self.place.cleanup()
            self.setUp()

    def test_bayesian_torch_of_a_plain_network(self):
        from bayesian_torch.models.dnn_to_bnn import dnn_to_bnn

        net = nn.Sequential(nn.Unflatten(1, (1, 3, 4)), nn.Conv2d(1, 4, 2), nn.ReLU(), nn.Flatten(), nn.Linear(24, 3))
        dnn_to_bnn(
            net,
            {
                "prior_mu": 0.0,
                "prior_sigma": 1.0,
                "posterior_mu_init": 0.0,
                "posterior_rho_init": -2.0,
                "type": "Reparameterization",
                "moped_enable": True,
                "moped_delta": 0.3,
            },
        )
        self.compare("bayesian-torch", net, lambda: net(ROWS))

    def test_blitz(self):
        from blitz.modules import BayesianLinear

        net = nn.Sequential(BayesianLinear(12, 10), nn.ReLU(), BayesianLinear(10, 3))
        self.compare("blitz-bayesian-pytorch", net, lambda: net(ROWS), saved=True)

    def test_torchbnn(self):
        import torchbnn

        net = nn.Sequential(
            torchbnn.BayesLinear(0, 0.1, 12, 10), nn.BatchNorm1d(10), nn.ReLU(), torchbnn.BayesLinear(0, 0.1, 10, 3)
        )
        net.train()
        net(ROWS * 2)
        net.eval()
        self.compare("torchbnn", net, lambda: net(ROWS))

    def test_torch_uncertainty(self):
        from torch_uncertainty.layers import BayesLinear

        net = nn.Sequential(BayesLinear(12, 10), nn.ReLU(), BayesLinear(10, 3))
        self.compare("torch-uncertainty", net, lambda: net(ROWS))

    def test_laplace(self):
        from laplace import Laplace
        from torch.utils.data import DataLoader, TensorDataset

        for subset, structure in (("all", "diag"), ("all", "kron"), ("last_layer", "full")):
            net = nn.Sequential(nn.Linear(12, 10), nn.Tanh(), nn.Linear(10, 1))
            data = DataLoader(TensorDataset(ROWS, ROWS.sum(1, keepdim=True)), batch_size=10)
            laplace = Laplace(net, "regression", subset_of_weights=subset, hessian_structure=structure)
            laplace.fit(data)
            members = posterior.laplace_members(laplace, 8)
            self.compare(
                "laplace-torch",
                net,
                lambda: torch.stack([one(ROWS) for one in members]).mean(0),  # noqa: B023
                members,
            )
            self.place.cleanup()
            self.setUp()

    def test_pyro(self):
        import pyro
        from pyro.distributions import Normal
        from pyro.infer import SVI, Trace_ELBO
        from pyro.infer.autoguide import AutoMultivariateNormal, AutoNormal
        from pyro.nn import PyroSample
        from pyro.nn.module import to_pyro_module_

        def plain():
            return nn.Sequential(nn.Linear(12, 6), nn.Tanh(), nn.Linear(6, 2))

        net = plain()
        to_pyro_module_(net)
        for layer in (net[0], net[2]):
            for name, value in list(layer.named_parameters()):
                setattr(layer, name, PyroSample(Normal(0.0, 0.5).expand(value.shape).to_event(value.dim())))

        def model(x, y=None):
            mean = net(x)
            with pyro.plate("records", len(x)):
                return pyro.sample("y", Normal(mean, 0.1).to_event(1), obs=y)

        for kind in (AutoNormal, AutoMultivariateNormal):
            pyro.clear_param_store()
            guide = kind(model)
            inference = SVI(model, guide, pyro.optim.Adam({"lr": 0.02}), Trace_ELBO())
            for _ in range(150):
                inference.step(ROWS, torch.stack([ROWS.sum(1), ROWS[:, 0]], 1))
            if kind is AutoNormal:
                middle = guide.median()
                upper = guide.quantiles([0.8413447])
                deviations = {name: upper[name][0] - one for name, one in middle.items()}

                def predict():
                    return pyro.poutine.condition(net, guide(ROWS))(ROWS)  # noqa: B023

                with torch.no_grad():
                    says = pyro.poutine.condition(net, middle)(ROWS).numpy()
                self.compare("pyro-ppl", posterior.mean_field(plain(), middle, deviations), predict, still_says=says)
            else:
                samples = [guide(ROWS) for _ in range(8)]
                members = posterior.sampled_members(plain(), samples)
                own = torch.stack([pyro.poutine.condition(net, one)(ROWS) for one in samples])
                self.place.cleanup()
                self.setUp()
                self.compare("pyro-ppl", net, lambda: own.mean(0), members)  # noqa: B023

    def test_numpyro(self):
        import jax
        import numpyro
        from jax import numpy as jnp
        from numpyro.distributions import Normal
        from numpyro.infer import SVI, Trace_ELBO
        from numpyro.infer.autoguide import AutoLowRankMultivariateNormal

        x, y = ROWS.numpy(), ROWS.numpy().sum(1, keepdims=True)

        def network(w1, b1, w2, b2):
            return jnp.maximum(x @ w1 + b1, 0) @ w2 + b2

        def model():
            shapes = {"w1": (12, 6), "b1": (6,), "w2": (6, 1), "b2": (1,)}
            drawn = {n: numpyro.sample(n, Normal(0, 0.5).expand(s).to_event(len(s))) for n, s in shapes.items()}
            numpyro.sample("y", Normal(network(**drawn), 0.1).to_event(2), obs=y)

        guide = AutoLowRankMultivariateNormal(model)
        result = SVI(model, guide, numpyro.optim.Adam(0.02), Trace_ELBO()).run(
            jax.random.PRNGKey(0), 300, progress_bar=False
        )
        drawn = guide.sample_posterior(jax.random.PRNGKey(1), result.params, sample_shape=(8,))
        turned = {"0.weight": "w1", "0.bias": "b1", "2.weight": "w2", "2.bias": "b2"}
        samples = {n: np.asarray(drawn[s]).swapaxes(-1, -2 if n.endswith("weight") else -1) for n, s in turned.items()}
        net = nn.Sequential(nn.Linear(12, 6), nn.ReLU(), nn.Linear(6, 1))
        members = posterior.sampled_members(net, samples)
        own = np.mean([network(**{n: one[i] for n, one in drawn.items()}) for i in range(8)], axis=0)
        self.compare("numpyro", net, lambda: torch.from_numpy(np.array(own)), members)

    def test_swag(self):
        from torch_uncertainty.methods import SWAG

        net = nn.Sequential(nn.Linear(12, 6), nn.ReLU(), nn.Linear(6, 2))
        swag = SWAG(net, cycle_start=0, cycle_length=1)
        steps = torch.optim.SGD(net.parameters(), lr=0.05)
        for epoch in range(12):
            loss = (net(ROWS) - ROWS[:, :2]).square().mean()
            steps.zero_grad()
            loss.backward()
            steps.step()
            swag.update_wrapper(epoch)
        members = [swag.sample(1.0) for _ in range(8)]
        own = torch.stack([one(ROWS) for one in members]).mean(0)
        self.compare("torch-uncertainty", net, lambda: own, members)

    def test_what_is_no_parameter_is_refused(self):
        net = nn.Sequential(nn.Linear(12, 2), nn.BatchNorm1d(2))
        for samples, part in (
            ({"1.wieght": np.zeros((3, 2))}, "there is no parameter '1.wieght': there are 0.weight, 0.bias"),
            ({"0.bias": np.zeros((3, 4))}, "'0.bias' has shape (4,), its parameter (2,)"),
            ({"0.bias": np.zeros((3, 2)), "0.weight": np.zeros((2, 2, 12))}, "as many of each"),
        ):
            with self.assertRaises(ExportError) as raised:
                posterior.sampled_members(net, samples)
            self.assertIn(part, str(raised.exception))
        wrong = posterior.mean_field(net, {}, {"1.weight": np.ones(2)})
        with self.assertRaises(ExportError) as raised:
            export(wrong, self.directory / "x", records=ROWS.numpy())
        self.assertIn("'1.weight' has deviations", str(raised.exception))

    def test_columns_of_a_frame_leave_0_where_it_is(self):
        import pandas

        frame = pandas.DataFrame(ROWS.numpy() * 50 - 10, columns=[f"c{i}" for i in range(12)])
        net = nn.Sequential(nn.Linear(12, 4), nn.ReLU(), nn.Linear(4, 2))
        wide = posterior.mean_field(net, {}, {"0.weight": torch.full((4, 12), 0.02)})
        artefact, _ = export(wide, self.directory / "a", records=frame, task="regression", nightjar="")
        largest = frame.abs().max().to_numpy()
        self.assertEqual((-1.0, 1.0), artefact.value_range)
        np.testing.assert_allclose([one["high"] for one in artefact.columns], largest, rtol=1e-6)
        first = artefact.layers[0]["name"]
        np.testing.assert_allclose(artefact.tensors[f"{first}.weight.std"], np.tile(0.02 * largest, (4, 1)), rtol=1e-5)
        np.testing.assert_allclose(artefact.tensors[f"{first}.bias.mean"], net[0].bias.detach().numpy(), rtol=1e-5)

    def test_dropout(self):
        net = nn.Sequential(
            nn.Unflatten(1, (1, 3, 4)),
            nn.Conv2d(1, 4, 2),
            nn.ReLU(),
            nn.Dropout2d(0.3),
            nn.Conv2d(4, 4, 1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Dropout(0.5),
            nn.Linear(24, 3),
        )
        members = posterior.dropout_members(net, 8)
        with torch.no_grad():
            own = torch.stack([one(ROWS) for one in members])
        self.assertGreater(own.std(0).mean(), 0.01, "masks differ")
        self.compare("torch", net, lambda: own.mean(0), members)

    def test_members_of_other_layers_are_refused(self):
        with self.assertRaises(ExportError) as raised:
            export([nn.Linear(12, 2), nn.Sequential(nn.Linear(12, 2), nn.ReLU())], self.directory / "x", records=ROWS)
        self.assertIn("must have the same layers", str(raised.exception))


if __name__ == "__main__":
    if "--leave" in sys.argv:
        place = Path(sys.argv.pop(sys.argv.index("--leave") + 1))
        sys.argv.remove("--leave")
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        LEAVE.append(place)
    unittest.main()
