"""A client of the sandbox's application, in-process."""

from __future__ import annotations

from werkzeug.test import Client


class Asker:
    """Sends requests with an application's key, unless another is given; None sends none."""

    def __init__(self, app, key: str):
        self.app, self.key, self.client = app, key, Client(app)

    def send(self, method, path, body=None, *, key="", headers=None, **query):
        """The response; a parameter such as ``from_`` has an underscore for Python's sake."""
        bearer = {} if key is None else {"Authorization": f"Bearer {key or self.key}"}
        query = {name.removesuffix("_"): value for name, value in query.items()}
        return self.client.open(
            f"/api/v1{path}",
            method=method,
            json=body,
            headers={**bearer, **(headers or {})},
            query_string=query,
        )

    def done(self, method, path, body=None, expected=200, **options):
        """The data of a response with this status."""
        response = self.send(method, path, body, **options)
        assert response.status_code == expected, response.text
        assert response.json["error"] is None
        return response.json["data"]

    def refused(self, method, path, body=None, **options):
        """The status and the code of a refusal."""
        response = self.send(method, path, body, **options)
        assert response.json["data"] is None, response.text
        return response.status_code, (response.json["meta"] or {}).get("code")
