"""Write a software bill of materials of a released model and of the packages that serve it: CycloneDX, as JSON.

python3 -m src.sbom [DIR] --python PYTHON --out FILE    (make sbom makes the environment of PYTHON, as the image has it)

DIR is a saved model's folder; default: release.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from .bundle.bundle import RELEASE, Bundle, load_bundle
from .common.config import ROOT
from .common.errors import UserError, run_main
from .common.files import sha256, write_json
from .model_card import LICENCE

_VERSION = SchemaVersion.V1_6


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(
        prog="python3 -m src.sbom", description="Write a CycloneDX bill of materials of a model."
    )
    parser.add_argument("model", nargs="?", type=Path, default=RELEASE, metavar="DIR")
    parser.add_argument(
        "--python", required=True, type=Path, help="of the environment whose packages serve it"
    )
    parser.add_argument("--out", required=True, type=Path, metavar="FILE")
    options = parser.parse_args()
    write_json(options.out, bill(load_bundle(options.model), options.python))
    print(f"wrote {options.out}")


def bill(bundle: Bundle, python: Path) -> dict[str, Any]:
    """Return the bill of a model and of the packages of an environment, which it depends on.

    python: that environment's. Raises UserError where its packages cannot be listed.
    """
    content = _packages(python)
    model = _model(bundle)
    content["metadata"]["component"] = model
    packages = sorted(one["bom-ref"] for one in content["components"])
    content["dependencies"] = [
        {"ref": model["bom-ref"], "dependsOn": packages},
        *content.get("dependencies", []),
    ]
    wrong = JsonStrictValidator(_VERSION).validate_str(json.dumps(content))
    assert wrong is None, f"no bill of CycloneDX {_VERSION.to_version()}: {wrong}"
    return content


def _packages(python: Path) -> dict[str, Any]:
    """Return what cyclonedx-py lists: each package with version, licence and what it depends on."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "bom.json"
        command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible"]
        command += ["--sv", _VERSION.to_version(), "--of", "JSON", "-o", str(out), str(python)]
        # What that names would be listed as the environment's own.
        clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=clean)
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise UserError(f"the packages of {python} cannot be listed ({said}): run `make sbom`")
        content: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return content


def _model(bundle: Bundle) -> dict[str, Any]:
    """Return the model as a component: its files by their checksums, and what was measured of it."""
    card = bundle.card
    name, _, version = bundle.release.rpartition("@")
    folder = bundle.folder.resolve()
    released = folder.is_relative_to(RELEASE)
    measured = {"exact texts": "val_acc", "character errors": "cer", "plates found": "found"}
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model-{card.version}",
        "name": name or (folder.relative_to(ROOT).as_posix() if released else folder.name),
        "version": version or card.version,
        "description": f"finds and reads licence plates ({card.plate_format})",
        "licenses": [{"license": {"id": LICENCE.upper()}}],
        "components": [
            {
                "type": "file",
                "bom-ref": f"model-{card.version}/{file}",
                "name": file,
                "hashes": [{"alg": "SHA-256", "content": sha256(bundle.folder / file)}],
            }
            for file in bundle.files
        ],
        "modelCard": {
            "modelParameters": {"architectureFamily": f"{card.localizer}, {card.reader}"},
            "quantitativeAnalysis": {
                "performanceMetrics": [
                    {
                        "type": what,
                        "value": f"{card.metrics[key]:.4f}",
                        "slice": "drawn test scenes",
                    }
                    for what, key in measured.items()
                    if key in card.metrics
                ]
            },
        },
    }


if __name__ == "__main__":
    run_main(main)
