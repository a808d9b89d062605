"""openapi.yaml as a judge: what passes the API and is not written there is a failure."""

import json
import os
import pathlib
import re
import urllib.parse

import jsonschema
import yaml

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")


class ContractError(AssertionError):
    """A request or a reply that openapi.yaml does not allow."""


class Contract:
    """
    A loaded description. Notes each operation that answered in @notes, a file that several test processes
    append to.
    """

    def __init__(self, path, notes=None):
        self.document = yaml.safe_load(pathlib.Path(path).read_text(encoding="utf-8"))
        self.notes = notes
        self.resolver = jsonschema.RefResolver.from_schema(self.document)
        self.formats = jsonschema.FormatChecker()
        self.paths = [(self._pattern(path), path, item) for path, item in self.document["paths"].items()]
        # A literal path goes before a template that would match it too.
        self.paths.sort(key=lambda entry: entry[1].count("{"))

    @staticmethod
    def _pattern(path):
        parts = re.split(r"\{[^}]+\}", path)
        return re.compile("[^/]+".join(re.escape(part) for part in parts) + r"\Z")

    def resolve(self, node):
        while isinstance(node, dict) and "$ref" in node:
            node = self.resolver.resolve(node["$ref"])[1]
        return node

    def operations(self):
        """{operationId: (method, path, operation)} of the whole description."""
        found = {}
        for _, path, item in self.paths:
            for method in METHODS:
                if method in item:
                    operation = item[method]
                    name = operation.get("operationId")
                    if not name or name in found:
                        raise ContractError(f"{method} {path}: operationId is missing or used twice")
                    found[name] = (method, path, operation)
        return found

    def find(self, method, path):
        """(path item, operation), or None when the description does not have them."""
        path = urllib.parse.unquote(path)
        for pattern, _, item in self.paths:
            if pattern.match(path):
                operation = item.get(method.lower())
                return (item, operation) if operation else None
        return None

    # -- requests

    def check_request(self, method, path, query, body, media="application/json"):
        """@body: JSON, or bytes of another @media; None for no body."""
        found = self.find(method, path)
        if not found:
            raise ContractError(f"{method} {path}: not in openapi.yaml")
        item, operation = found
        where = f"{operation['operationId']}: request"
        self._check_query(where, item, operation, query)
        described = self.resolve(operation.get("requestBody"))
        if body is None:
            if described and described.get("required"):
                raise ContractError(f"{where}: a body is required")
            return
        taken = (described or {}).get("content", {}).get(media)
        if not taken:
            raise ContractError(f"{where}: takes no body of {media}")
        if media == "application/json":
            self._check_schema(where, taken["schema"], body)

    def _check_query(self, where, item, operation, query):
        parameters = [
            self.resolve(parameter)
            for parameter in item.get("parameters", []) + operation.get("parameters", [])
        ]
        known = {parameter["name"] for parameter in parameters if parameter["in"] == "query"}
        needed = {
            parameter["name"]
            for parameter in parameters
            if parameter["in"] == "query" and parameter.get("required")
        }
        if set(query) - known:
            raise ContractError(f"{where}: unknown query {sorted(set(query) - known)}")
        if needed - set(query):
            raise ContractError(f"{where}: missing query {sorted(needed - set(query))}")

    # -- replies

    def check_reply(self, method, path, status, content_type, content):
        """Paths outside the description may answer 404 or 405 with a problem, and nothing else."""
        found = self.find(method, path)
        if not found:
            if status not in (400, 404, 405):
                raise ContractError(f"{method} {path}: not in openapi.yaml, and it answers {status}")
            return
        name = found[1]["operationId"]
        described = self._described_reply(found[1], status)
        if described is None:
            raise ContractError(f"{name}: status {status} is not described: {content[:500]!r}")
        self._check_content(f"{name}: {status}", described.get("content"), content_type, content)
        self._note(name, status)

    def _described_reply(self, operation, status):
        replies = operation["responses"]
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in replies:
                return self.resolve(replies[key])
        return None

    def _check_content(self, where, described, content_type, content):
        if not described:
            if content:
                raise ContractError(f"{where}: a body where none is described: {content[:200]!r}")
            return
        media_type = content_type.split(";")[0].strip().lower()
        if media_type not in described:
            raise ContractError(f"{where}: content type {content_type!r}, not {sorted(described)}")
        schema = described[media_type].get("schema")
        if schema is not None and media_type.endswith("json"):
            self._check_schema(where, schema, json.loads(content))

    def _check_schema(self, where, schema, instance):
        validator = jsonschema.Draft202012Validator(
            schema, resolver=self.resolver, format_checker=self.formats
        )
        error = jsonschema.exceptions.best_match(validator.iter_errors(instance))
        if error:
            place = "/".join(str(step) for step in error.absolute_path)
            raise ContractError(f"{where}: at /{place}: {error.message[:1000]}")

    # -- what was exercised

    def _note(self, name, status):
        if self.notes:
            # One short write to a file opened for appending: processes do not mix their lines.
            with open(self.notes, "ab", buffering=0) as notes:
                notes.write(f"{name} {status}\n".encode())

    def noted(self):
        """{(operationId, status)} of every process that shares the notes."""
        if not self.notes or not os.path.exists(self.notes):
            return set()
        lines = pathlib.Path(self.notes).read_text().splitlines()
        return {(name, int(status)) for name, status in (line.split() for line in lines)}
