"""Holds files against a JSON Schema with an independent validator: schemas.py SCHEMA FILE.yaml...

Prints one line for each error, "FILE: PATH: message", and exits with 1 when there is any.
"""
import json
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """YAML as editors read it, but an instant is a text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if tag != "tag:yaml.org,2002:timestamp"]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    errors = 0
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            value = yaml.load(file, Loader=Loader)
        for error in validator.iter_errors(value):
            errors += 1
            print(f"{path}: {'.'.join(map(str, error.absolute_path))}: {error.message[:200]}")
    print(f"{len(sys.argv) - 2} files, {errors} errors")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
