"""Sweeps: cells by themselves, in shares, killed and resumed; teachers from files; experiments of several races."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from conftest import command, good, metrics, run, train

SMALL = {
    "dataset": "synthetic",
    "network": "conv 4 k5; norm; relu; pool 2; flatten; dense 8; relu; dense 4",
    "teacher": "conv 8 k3; norm; relu; pool 2; flatten; dense 4",
    "rate": 2,
    "batch": 32,
    "epochs": 2,
}


def small(folder: Path, **changes: object) -> Path:
    path = folder / "experiment.json"
    path.write_text(json.dumps(SMALL | changes))
    return path


def trained(experiment: Path, out: Path, *options: str | Path) -> tuple[Path, dict]:
    return out, good("train", experiment, "--out", out, *options)


def replay(out: Path) -> list[dict]:
    head, *events = [json.loads(line) for line in (out / "replay.jsonl").read_text().splitlines()]
    assert head["replay"] == 1
    return events


def test_shares_make_the_whole_and_an_arm_is_the_arm_of_the_race(tmp_path: Path) -> None:
    experiment = small(tmp_path, arms=["compact", "CK+Init", "CL+KD"], seeds=2)
    whole = good("sweep", experiment, "--out", tmp_path / "whole")
    assert whole["cells"] == whole["done"] == 6
    for share in ("1/2", "2/2"):
        shared = good("sweep", experiment, "--out", tmp_path / "shares", "--shard", share)
    assert shared["done"] == 6
    assert replay(tmp_path / "shares") == replay(tmp_path / "whole")
    rows = whole["summary"]
    assert [(row["arm"], row["test_accuracy"]["n"]) for row in rows] == [("compact", 2), ("CK+Init", 2), ("CL+KD", 2)]
    assert rows[0]["difference"] is None and rows[1]["difference"]["n"] == 2

    # The same arms as one experiment, on this machine: the same numbers.
    out, printed = trained(experiment, tmp_path / "race")
    by_arm = {row["arm"]: row for row in printed["summary"]}
    for row in rows:
        assert by_arm[row["arm"]] == row
    names = {path.name for path in out.iterdir()}
    assert {"metrics.jsonl", "seed-1-rate-2", "seed-2-rate-2"} <= names
    files = {path.name for path in (out / "seed-1-rate-2").iterdir()}
    assert {"compact.contracted.safetensors", "teacher.safetensors", "CK+nonlinear.safetensors"} <= files
    assert "CK+nonlinear.contracted.safetensors" not in files


def test_a_killed_sweep_goes_on_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    experiment = small(tmp_path, arms=["compact", "CL", "CK"], seeds=4, epochs=12)
    out = tmp_path / "out"
    kills = 0
    for _ in range(3):
        process = subprocess.Popen([command(), "sweep", experiment, "--out", out], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        before = len(list((out / "cells").glob("*.jsonl"))) if out.exists() else 0
        while process.poll() is None and len(list((out / "cells").glob("*.jsonl"))) < before + 2:
            time.sleep(0.005)
        kills += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert kills > 0, "the sweep was over before it could be killed"
    there = {path.name: path.read_bytes() for path in (out / "cells").glob("*.jsonl")}
    done = good("sweep", experiment, "--out", out)
    assert done["done"] == done["cells"] == 12
    for name, content in there.items():
        assert (out / "cells" / name).read_bytes() == content
    events = replay(out)
    epochs = [(event["arm"], event["epoch"]) for event in events if event["type"] == "epoch"]
    assert len(epochs) == 12 * 13
    undisturbed = tmp_path / "undisturbed"
    good("sweep", experiment, "--out", undisturbed)
    assert replay(undisturbed) == events


def test_a_summary_is_printed_as_markdown_and_a_survey_recorded(tmp_path: Path) -> None:
    experiment = small(tmp_path, arms=["compact", "CK"], rates=[1, 2], confusion=3)
    good("sweep", experiment, "--out", tmp_path / "out", "--survey", "5", "--radius", "0.5")
    outcome = run("summary", tmp_path / "out" / "replay.jsonl")
    assert outcome.code == 0, outcome.err
    lines = outcome.out.splitlines()
    assert any(line.startswith("| CK | 2 |") for line in lines), outcome.out
    assert any("smallest cosine" in line for line in lines) and any("Hessian" in line for line in lines)
    surveyed = [event for event in replay(tmp_path / "out") if event["type"] == "survey"]
    # Compact, CK at two rates: five rows and one sharpness each.
    assert len(surveyed) == 3 * 6
    assert {event["request"]["size"] for event in surveyed} == {5}


def test_a_teacher_can_come_from_a_file(tmp_path: Path) -> None:
    out, _ = trained(small(tmp_path, arms=["teacher"]), tmp_path / "teacher")
    experiment = small(tmp_path, arms=["compact+KD"])
    taught, _ = trained(experiment, tmp_path / "taught", "--teacher", out / "teacher.contracted.safetensors")
    assert all(event["arms"] == ["compact+KD"] for event in metrics(taught) if event["type"] == "run")
    fresh, _ = trained(experiment, tmp_path / "fresh")
    last = [[event for event in metrics(folder) if event["type"] == "epoch"][-1] for folder in (taught, fresh)]
    assert last[0] == last[1], "the same teacher, trained before or now"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"arms": ["CK+KD"], "teacher": ""}, "teacher", "there is none"),
        ({"arms": ["CK+KD"], "teacher": "conv 8 k3; flatten; dense 7"}, "teacher", "7 units"),
        ({"arms": ["CK+KD"], "teacher": "conv 8 k99 p0; flatten; dense 4"}, "teacher", "smaller kernel"),
        ({"arms": ["CK+compact"]}, "arms", "CL+compact"),
        ({"arms": ["CL+compact"], "rate": 0.5}, "rate", "narrows"),
        ({"label_noise": 1.5}, "label_noise", "from 0 to 1"),
        ({"distillation": -0.1}, "distillation", "from 0 to 1"),
        ({"temperature": 0}, "temperature", "from 0.1"),
        ({"seeds": 0}, "seeds", "from 1 to 100"),
        ({"seed": 4294967295, "seeds": 2}, "seed", "lower seed"),
        ({"rates": [2, 2]}, "rates", "twice"),
        ({"rates": [0.1]}, "rates", "from 0.25"),
        ({"kernels": [3, 3]}, "kernels", "twice"),
        ({"arms": ["CK"], "kernels": [3, 1]}, "arms", "none of the kernels"),
        ({"confusion": 501}, "confusion", "from 0 to 500"),
    ],
)
def test_bad_input_names_its_field_and_what_is_allowed(tmp_path: Path, changes: dict, field: str, words: str) -> None:
    outcome = run("sweep", small(tmp_path, **changes), "--out", tmp_path / "out")
    assert outcome.code == 2
    assert f"error: {field}: " in outcome.err and words in outcome.err, outcome.err
    assert not (tmp_path / "out").exists()


def test_wrong_shares_surveys_folders_and_files_are_refused(tmp_path: Path) -> None:
    experiment = small(tmp_path, arms=["compact"])
    share = run("sweep", experiment, "--out", tmp_path / "out", "--shard", "3/2")
    assert share.code == 2 and "1 ≤ i ≤ n" in share.err
    survey = run("sweep", experiment, "--out", tmp_path / "out", "--survey", "4")
    assert survey.code == 2 and "odd number" in survey.err
    good("sweep", experiment, "--out", tmp_path / "out")
    other = run("sweep", small(tmp_path, arms=["compact"], seed=9), "--out", tmp_path / "out")
    assert other.code == 2 and "another experiment" in other.err
    (tmp_path / "broken.jsonl").write_text('{"replay": 1, "experiment": {}}\n{"type": "nap"}\n')
    broken = run("summary", tmp_path / "broken.jsonl")
    assert broken.code == 2 and "line 2" in broken.err
    taught, _ = train(tmp_path / "other", arms=["compact"], epochs=1, train_images=64, test_images=32, batch=32)
    wrong = run("sweep", small(tmp_path, arms=["compact+KD"]), "--out", tmp_path / "wrong", "--teacher", taught / "compact.safetensors")
    assert wrong.code == 2 and "error: teacher: " in wrong.err, wrong.err
