"""SmallNet in PyTorch as the ExpandNets authors train it: expanded layers are run one after the other.

python torch_steps.py FOLDER ARM BATCH THREADS RECIPE: takes one step for every line on standard input and prints
milliseconds and loss as a JSON line. FOLDER holds the weights of the arm, the images and the labels.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file
from torch import nn
from torch.nn import functional

CONVS = ("conv1", "conv2", "conv3")
DENSES = ("fc1", "fc2")
PADDING = 3


class SmallNet(nn.Module):
    """Layers as modules under the names they have in the file."""

    def __init__(self, tensors: dict[str, np.ndarray]) -> None:
        super().__init__()
        for layer in CONVS:
            setattr(self, layer, self.row(tensors, layer))
            setattr(self, f"{layer}_bn", nn.BatchNorm2d(tensors[f"{layer}_bn.weight"].shape[0]))
        for layer in DENSES:
            setattr(self, layer, self.row(tensors, layer))
        state = {name: torch.from_numpy(values.copy()) for name, values in tensors.items()}
        missing, unexpected = self.load_state_dict(state, strict=False)
        wrong = [name for name in missing if not name.endswith("num_batches_tracked")] + unexpected
        if wrong:
            raise ValueError(f"these tensors do not fit: {wrong}")

    @staticmethod
    def row(tensors: dict[str, np.ndarray], layer: str) -> nn.Module:
        """One map, or a Sequential of maps; all of the padding goes on the first."""
        compact = f"{layer}.weight" in tensors
        names = [layer] if compact else [f"{layer}.{i}" for i in range(9) if f"{layer}.{i}.weight" in tensors]
        maps: list[nn.Module] = []
        for i, name in enumerate(names):
            outputs, inputs, *kernel = tensors[f"{name}.weight"].shape
            padding = PADDING if i == 0 else 0
            maps.append(nn.Conv2d(inputs, outputs, kernel[0], padding=padding) if kernel else nn.Linear(inputs, outputs))
        return maps[0] if compact else nn.Sequential(*maps)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in CONVS:
            x = getattr(self, f"{layer}_bn")(getattr(self, layer)(x))
            x = functional.max_pool2d(functional.relu(x), 2)
        return self.fc2(functional.relu(self.fc1(x.flatten(1))))


def main() -> None:
    folder, arm, batch, threads = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    recipe = json.loads(sys.argv[5])
    torch.set_num_threads(threads)
    network = SmallNet(load_file(folder / f"{arm}.safetensors")).train()
    images = np.fromfile(folder / "images.f32", np.float32, batch * 3 * 32 * 32).reshape(batch, 3, 32, 32)
    labels = np.fromfile(folder / "labels.u8", np.uint8, batch).astype(np.int64)
    optimizer = torch.optim.SGD(
        network.parameters(),
        lr=recipe["learningRate"],
        momentum=recipe["momentum"],
        weight_decay=recipe["weightDecay"],
    )
    print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        optimizer.zero_grad()
        loss = functional.cross_entropy(network(torch.from_numpy(images)), torch.from_numpy(labels))
        loss.backward()
        optimizer.step()
        value = loss.item()
        print(json.dumps({"milliseconds": 1000 * (time.perf_counter() - start), "loss": value}), flush=True)


if __name__ == "__main__":
    main()
