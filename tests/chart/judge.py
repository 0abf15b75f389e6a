"""Holds manifests (YAML on stdin) against Kubernetes' schemas and the Prometheus operator's; prints what breaks them.

It runs in the environment of locks/ship.lock: `judge.py FOLDER-OF-DEFINITIONS KUBERNETES-VERSION`. Strict: a field that
no schema knows is a fault.
"""

import sys
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import yaml

Json = dict[str, Any]
USED = ("servicemonitors", "prometheusrules")


def closed(schema: Any) -> Any:
    """A definition's schema as JSON Schema that takes no unknown field, and numbers where Kubernetes takes either."""
    if not isinstance(schema, dict):
        return schema
    shut = {name: [*map(closed, value)] if isinstance(value, list) else closed(value) for name, value in schema.items()}
    if isinstance(shut.get("properties"), dict):
        shut["properties"] = {name: closed(value) for name, value in schema["properties"].items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            shut.setdefault("additionalProperties", False)
    if schema.get("x-kubernetes-int-or-string"):
        shut["type"] = ["integer", "string"]
    return shut


def defined(folder: Path) -> dict[tuple[str, str], Json]:
    """The schemas of a folder of definitions, by version and kind."""
    found = {}
    for kind in USED:
        definition = yaml.safe_load((folder / f"monitoring.coreos.com_{kind}.yaml").read_text())["spec"]
        for version in definition["versions"]:
            name = f"{definition['group']}/{version['name']}"
            found[name, definition["names"]["kind"]] = closed(version["schema"]["openAPIV3Schema"])
    return found


def faults(manifest: Json, definitions: dict[tuple[str, str], Json], version: str) -> list[str]:
    """What is wrong with one object."""
    schema = definitions.get((manifest["apiVersion"], manifest["kind"]))
    if schema is not None:
        validator = jsonschema.Draft202012Validator(schema)
        return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(manifest)]
    try:
        kubernetes_validate.validate(manifest, version, strict=True)
    except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
        return [str(error.message)]
    return []


def main(folder: str, version: str) -> int:
    """1 when something is wrong, or when there was nothing to look at."""
    definitions = defined(Path(folder))
    manifests = [each for each in yaml.safe_load_all(sys.stdin) if each]
    found = [
        f"{manifest['kind']} {manifest['metadata']['name']}: {fault}"
        for manifest in manifests
        for fault in faults(manifest, definitions, version)
    ]
    print("\n".join(found))
    return 0 if manifests and not found else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
