"""PyTorch loads our files: load_state_dict of the authors' modules, written out here, and the same outputs.

Where PyTorch cannot be imported these tests are skipped; with EXPANDNETS_REQUIRE_TORCH=1 they fail instead.
"""

from __future__ import annotations

import os
from pathlib import Path

import authors
import images
import numpy as np
import pytest
from conftest import good, predict, train
from smallnet import Network, relative_error

try:
    import torch
    from torch import nn
except ImportError as error:
    if os.environ.get("EXPANDNETS_REQUIRE_TORCH") == "1":
        raise
    pytest.skip(f"PyTorch cannot be imported: {error}", allow_module_level=True)

RATE = 2
ARMS = {"compact": (None, False), "CK": ("CK", False), "CL+FC": ("CL", True)}


class SmallNet(nn.Module):
    """Three convolutions, each normed, rectified and pooled, then two dense layers; any of them may be expanded."""

    def __init__(self, conv: str | None = None, dense: bool = False, rate: int = 1) -> None:
        super().__init__()
        for layer, (inputs, outputs) in authors.CONVS.items():
            maps = authors.widths(conv, layer, inputs, outputs, rate)
            # All of the padding belongs to the first map.
            convs = [nn.Conv2d(m, n, kernel, padding=3 if i == 0 else 0) for i, (m, n, kernel) in enumerate(maps)]
            setattr(self, layer, convs[0] if len(convs) == 1 else nn.Sequential(*convs))
            setattr(self, f"{layer}_bn", nn.BatchNorm2d(outputs))
        for layer, (inputs, outputs) in authors.DENSES.items():
            rule = "FC" if dense and layer == "fc1" else None
            linears = [nn.Linear(m, n) for m, n, _ in authors.widths(rule, layer, inputs, outputs, rate)]
            setattr(self, layer, linears[0] if len(linears) == 1 else nn.Sequential(*linears))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in authors.CONVS:
            x = getattr(self, layer)(x)
            x = nn.functional.max_pool2d(torch.relu(getattr(self, f"{layer}_bn")(x)), 2)
        return self.fc2(torch.relu(self.fc1(x.flatten(1))))


def loaded(module: SmallNet, path: Path) -> SmallNet:
    """The module with the numbers of a file, every name matched."""
    state = {name: torch.from_numpy(value) for name, value in Network.load(path).tensors.items()}
    module.load_state_dict(state, strict=True)
    return module.eval()


def logits(module: SmallNet, pixels: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return module(torch.from_numpy(pixels)).numpy()


@pytest.fixture(scope="module")
def race(tmp_path_factory: pytest.TempPathFactory) -> Path:
    fields = {"dataset": "cifar-10", "arms": list(ARMS), "rate": RATE, "expand_input": False, "seed": 3}
    return train(tmp_path_factory.mktemp("race"), **fields, batch=32, train_images=160, test_images=100, epochs=1)[0]


@pytest.mark.parametrize("arm", ARMS)
def test_the_modules_load_our_files_and_agree(race: Path, tmp_path: Path, arm: str) -> None:
    conv, dense = ARMS[arm]
    path, contracted = race / f"{arm}.safetensors", race / f"{arm}.contracted.safetensors"
    pixels, labels = (part[:100] for part in images.load("cifar-10", "test", *Network.load(path).mean_and_std))
    expanded = logits(loaded(SmallNet(conv, dense, RATE), path), pixels)
    compact = logits(loaded(SmallNet(), contracted), pixels)
    assert relative_error(compact, expanded) <= 1e-5
    assert relative_error(predict(path, pixels, tmp_path), expanded) <= 1e-4
    accuracy = (compact.argmax(axis=1) == labels).mean()
    assert float(Network.load(contracted).metadata["test_accuracy"]) == pytest.approx(accuracy, abs=1e-9)


@pytest.mark.parametrize("arm", ["CK", "CL+FC"])
def test_a_module_trained_in_pytorch_contracts_here(tmp_path: Path, arm: str) -> None:
    """Two steps of PyTorch's own training, saved as it saves them; contracted by the command, loaded back."""
    conv, dense = ARMS[arm]
    torch.manual_seed(1)
    module = SmallNet(conv, dense, RATE)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.05)
    for _ in range(2):
        x, y = torch.randn(16, 3, 32, 32), torch.randint(10, (16,))
        optimizer.zero_grad()
        nn.functional.cross_entropy(module(x), y).backward()
        optimizer.step()
    _, metadata = authors.random_network(conv, dense, RATE, np.random.default_rng(0))
    tensors = {name: value.numpy() for name, value in module.state_dict().items()}
    assert "conv1_bn.num_batches_tracked" in tensors
    path, contracted = tmp_path / "torch.safetensors", tmp_path / "contracted.safetensors"
    authors.write(path, tensors, metadata)
    assert good("contract", path, contracted)["max_relative_error"] <= 1e-5
    pixels = torch.randn(32, 3, 32, 32).numpy()
    expected = logits(module.eval(), pixels)
    assert relative_error(logits(loaded(SmallNet(), contracted), pixels), expected) <= 1e-5
