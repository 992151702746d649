"""What the tests share: the native command as a subprocess, and one small race trained once."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

EXPERIMENT = {
    "dataset": "fashion-mnist",
    "network": "smallnet-7",
    "arms": ["compact", "CL", "CK+FC"],
    "rate": 2,
    "batch": 32,
    "train_images": 320,
    "test_images": 200,
    "epochs": 2,
    "learning_rate": 0.02,
    "seed": 5,
}


@dataclass
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def command() -> Path:
    given = os.environ.get("EXPANDNETS")
    cache = os.environ.get("EXPANDNETS_CACHE") or Path.home() / ".cache" / "expandnets"
    return Path(given or Path(cache) / "target" / "release" / "expandnets")


def run(*arguments: str | Path) -> Outcome:
    """Runs the command to its end, whatever that is."""
    program = command()
    assert program.is_file(), f"{program} is missing: cargo build --release -p expandnets --features cli"
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=300)
    return Outcome(done.returncode, done.stdout, done.stderr)


def good(*arguments: str | Path) -> Any:
    """Runs the command, which must succeed; what it printed, read as JSON."""
    outcome = run(*arguments)
    assert outcome.code == 0, outcome.err
    return outcome.json


def write_experiment(folder: Path, **fields: object) -> Path:
    path = folder / "experiment.json"
    path.write_text(json.dumps(fields))
    return path


def predict(model: Path, images: np.ndarray, folder: Path) -> np.ndarray:
    """The command's outputs for images that are normalised already."""
    source, target = folder / "images.safetensors", folder / "logits.safetensors"
    save_file({"images": np.ascontiguousarray(images, np.float32)}, source)
    good("predict", model, "--images", source, "--out", target)
    return load_file(target)["logits"]


def train(folder: Path, **fields: object) -> tuple[Path, Any]:
    """Trains; the folder of results, and what the command printed."""
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / "out"
    return out, good("train", write_experiment(folder, **fields), "--out", out)


def metrics(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A race of three arms on real images: its folder, and what the command printed."""
    return train(tmp_path_factory.mktemp("trained"), **EXPERIMENT)


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(7)


