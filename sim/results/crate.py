"""Packed results as a Workflow Run RO-Crate: what ran, on what, and what came of it, as JSON-LD."""

import json
import mimetypes
from typing import Any

CRATE = "ro-crate-metadata.json"
_TERMS = "https://w3id.org/ro/terms/workflow-run/context"
#: profiles that the crate conforms to, and their names
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
_RO_CRATE = "https://w3id.org/ro/crate/1.1"
_PARAMETER = "https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE"
_TYPES = {
    ".parquet": "application/vnd.apache.parquet",
    ".yaml": "application/yaml",
    ".cff": "application/yaml",
    ".md": "text/markdown",
    ".csv": "text/csv",
    ".py": "text/x-python",
    ".geojson": "application/geo+json",
}
#: documents of the model, which are about it and not about these results
DOCUMENTS = ("ODD.md", "TRACE.md", "RAT-RS.md", "CITATION.cff", "codemeta.json")
_SHARED = ("README.md", "environment.txt", "SHA256SUMS", "pylock.toml", "manifest.json")

Entity = dict[str, Any]


def crate(manifest: dict[str, Any], files: dict[str, tuple[int, str]]) -> str:
    """Return the text of ``ro-crate-metadata.json``.

    Parameters
    ----------
    manifest : dict
        Of the run or experiment.
    files : dict of str to (int, str)
        Every file of the archive but this one: bytes and SHA-256.

    Returns
    -------
    str
        JSON-LD; the same for the same results.
    """
    main = "config.yaml" if "run" in manifest else "experiment.yaml"
    inputs = sorted(name for name in manifest["inputs"] if name in files)
    rest = {main, *inputs, *DOCUMENTS, *_SHARED}
    results = [name for name in files if name not in rest]
    graph = [
        _descriptor(),
        _root(manifest, files, main),
        *(_profile(uri, name) for uri, name in PROFILES.items()),
        *_workflow(manifest, main, files[main], bool(inputs)),
        _action(manifest, main, inputs, results),
        *(
            _file(name, *files[name], _role(name, inputs, results))
            for name in files
            if name != main
        ),
    ]
    data = {"@context": [f"{_RO_CRATE}/context", _TERMS], "@graph": graph}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _descriptor() -> Entity:
    """Return what says that this is a crate."""
    return {
        "@id": CRATE,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": [{"@id": _RO_CRATE}, {"@id": [*PROFILES][-1]}],
    }


def _root(manifest: dict[str, Any], files: dict[str, Any], main: str) -> Entity:
    """Return the archive as a whole."""
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": title(manifest),
        "description": f"Tables, configuration and versions of {_kind(manifest)} of hecun "
        f"{manifest['hecun']}; README.md says how to repeat and verify it.",
        "datePublished": manifest["finished"],
        "license": {"@id": "#license"},
        "conformsTo": [{"@id": each} for each in PROFILES],
        "mainEntity": {"@id": main},
        "mentions": {"@id": "#run"},
        "hasPart": [{"@id": name} for name in files],
    }


def _profile(uri: str, name: str) -> Entity:
    """Return a profile."""
    version = uri.rpartition("/")[2]
    return {"@id": uri, "@type": "CreativeWork", "name": name, "version": version}


def title(manifest: dict[str, Any]) -> str:
    """Return what results are called: a run's title, or an experiment's question or method."""
    if "run" in manifest:
        return manifest["title"]["en"]
    asked = (manifest.get("question") or {}).get("en")
    return asked or f"Experiment of hecun: {manifest['experiment']}"


def _kind(manifest: dict[str, Any]) -> str:
    return "one run" if "run" in manifest else f"an experiment ({manifest['experiment']})"


def _workflow(
    manifest: dict[str, Any], main: str, of: tuple[int, str], reads: bool
) -> list[Entity]:
    """Return the file that gives the results again, what reads it, and what goes in and out."""
    workflow = _file(main, *of, None) | {
        "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
        "name": title(manifest),
        "programmingLanguage": {"@id": "#hecun"},
        "license": {"@id": "#license"},
        "version": str(manifest["run"] if "run" in manifest else manifest["key"]),
        "output": {"@id": "#results"},
    }
    if reads:
        workflow["input"] = {"@id": "#inputs"}
    hecun = {
        "@id": "#hecun",
        "@type": ["ComputerLanguage", "SoftwareApplication"],
        "name": "hecun",
        "description": "Experiments and configurations in YAML, run by hecun",
        "softwareVersion": manifest["hecun"],
        "identifier": f"code {manifest['code']}",
        "softwareRequirements": [f"Python {manifest['python']}"]
        + [f"{name} {version}" for name, version in manifest["libraries"].items()],
    }
    licence = {
        "@id": "#license",
        "@type": "CreativeWork",
        "name": "Not stated by the authors of these results",
        "description": "hecun itself is under the MIT licence; ask the authors about the results.",
    }
    parameters = [
        {
            "@id": f"#{name}",
            "@type": "FormalParameter",
            "conformsTo": {"@id": _PARAMETER},
            "additionalType": "File",
            "name": name,
            "multipleValues": True,
            "valueRequired": name == "results",
        }
        for name in (*["inputs"] * reads, "results")
    ]
    return [workflow, hecun, licence, *parameters]


def _action(manifest: dict[str, Any], main: str, inputs: list[str], results: list[str]) -> Entity:
    """Return what was done."""
    failed = manifest.get("failed", 0)
    counts = (
        "one run"
        if "run" in manifest
        else (
            f"{manifest['design_points']} design points, {manifest['replicates']} replicates, "
            f"{failed} runs failed"
        )
    )
    return {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"hecun {'run' if 'run' in manifest else 'experiment'} {main}",
        "description": counts,
        "instrument": {"@id": main},
        "endTime": manifest["finished"],
        "object": [{"@id": name} for name in inputs],
        "result": [{"@id": name} for name in results],
        "actionStatus": "http://schema.org/CompletedActionStatus",
    }


def _role(name: str, inputs: list[str], results: list[str]) -> str | None:
    return "#inputs" if name in inputs else "#results" if name in results else None


def _file(name: str, size: int, sha256: str, example_of: str | None) -> Entity:
    """Return a file of the archive."""
    suffix = f".{name.rpartition('.')[2].lower()}"
    kind = _TYPES.get(suffix) or mimetypes.types_map.get(suffix, "text/plain")
    found: Entity = {
        "@id": name,
        "@type": "File",
        "name": name,
        "encodingFormat": kind,
        "contentSize": str(size),
        "sha256": sha256,
    }
    if name == "README.md":
        found["about"] = {"@id": "./"}
    return found | ({"exampleOfWork": {"@id": example_of}} if example_of else {})
