"""Validates the shipped files with the schemas of `tocsin schema`: validate.py SCHEMAS REPOSITORY.

YAML is read as its version 1.2 has it and editors do: dates and times are words.
"""

import copy
import json
import pathlib
import re
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """Only true, false, null and plain numbers are more than words."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?[0-9]*\.[0-9]+$", "-+.0123456789"),
]:
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))
Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))


def with_word_keys(value):
    """Keys are words in JSON."""
    if isinstance(value, dict):
        return {str(key): with_word_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_word_keys(item) for item in value]
    return value


def load(path):
    return with_word_keys(yaml.load(path.read_text(encoding="utf-8"), Loader))


def kind(path):
    if path.name == "tocsin.yaml":
        return "settings"
    if path.name == "people.yaml":
        return "people"
    return "rotation" if "rotations" in str(path) else "policy"


def main(schemas, repository):
    validators = {}
    for path in pathlib.Path(schemas).glob("*.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        validators[path.stem] = jsonschema.Draft202012Validator(schema)
    root = pathlib.Path(repository)
    files = [
        *root.glob("config/**/*.yaml"),
        *root.glob("rotations/**/*.yaml"),
        *root.glob("Tests/RuleFilesTests/Examples/*.yaml"),
    ]
    faults = []
    for path in files:
        for error in validators[kind(path)].iter_errors(load(path)):
            faults.append(f"{path}: {error.json_path}: {error.message[:200]}")
    if len(files) < 12:
        faults.append(f"only {len(files)} files")

    good = load(root / "rotations/support.yaml")
    rotation = next(iter(good["rotations"]))
    for breakage in [
        lambda file: file.pop("format"),
        lambda file: file.update(rotatoins={}),
        lambda file: file["rotations"][rotation].pop("layers"),
        lambda file: file["rotations"][rotation]["layers"][0].update(handof={}),
        lambda file: file["rotations"][rotation]["layers"][0]["handoff"].update(at="9.00"),
        lambda file: file["rotations"][rotation]["layers"][0]["members"][0].update({"from": "soon"}),
    ]:
        broken = copy.deepcopy(good)
        breakage(broken)
        if validators["rotation"].is_valid(broken):
            faults.append(f"valid though broken: {str(broken)[:120]}")
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
