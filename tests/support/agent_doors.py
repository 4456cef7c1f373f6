"""Servers for agents as a client meets them: over stdio in another process, or in memory."""

from __future__ import annotations

import json
import os
import sys
import urllib.parse
import urllib.request
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import anyio.from_thread
import pandas as pd
from mcp import Client, StdioServerParameters, stdio_client

import trackagoat_pandas as tgp

ROOT = Path(tgp.__file__).parents[1]
START = "import sys; from trackagoat_cli import main; sys.exit(main())"
"""The command as it is installed, whose arguments follow."""
UNLIMITED = """
import sys, tempfile
import trackagoat_pandas as tgp
from trackagoat_pandas.agents.server import serve
with tempfile.TemporaryDirectory() as folder:
    client = tgp.connect(rate_limit=None, progress=False, store=folder, max_age="5min")
    serve(client, allow_writes="--allow-writes" in sys.argv)
"""
"""The same without a limit of requests, since tests ask for more than 60 in a minute."""
PROJECT = "Q1 Brand Program"


def parameters(*arguments, start=START, state=None, **environment):
    """The command of a server and its environment, which has no key but the one that is given."""
    given = ["mcp", *arguments] if start.endswith(START) else arguments
    inherited = {name: value for name, value in os.environ.items() if "TRACKAGOAT" not in name}
    inherited |= {"PYTHONPATH": str(ROOT), **({"XDG_STATE_HOME": str(state)} if state else {})}
    return StdioServerParameters(
        command=sys.executable,
        args=["-c", start, *given],
        env=inherited | environment,
    )


class Agent:
    """A client of the SDK, called from outside of its event loop."""

    def __init__(self, portal, client):
        self.portal, self.client = portal, client

    def call(self, tool, /, **arguments):
        """Call a tool and return its whole result."""
        return self.portal.call(self.client.call_tool, tool, arguments)

    def ask(self, tool, /, **arguments):
        """Call a tool and return its answer, which the text and the structure say alike."""
        result = self.call(tool, **arguments)
        said = json.loads(result.content[0].text)
        assert len(result.content) == 1
        assert said == result.structured_content
        assert not result.is_error, said
        return said

    def refusal(self, tool, /, **arguments):
        """Call a tool that refuses, and return its sentence."""
        result = self.call(tool, **arguments)
        assert result.is_error
        assert [*result.structured_content] == ["error"]
        return result.structured_content["error"]

    def tools(self):
        """The tools that are listed, by name."""
        listed = self.portal.call(self.client.list_tools)
        return {one.name: one for one in listed.tools}


@contextmanager
def agent_of(transport):
    """Connect the SDK's own client to a server, or to the command of one."""
    with (
        anyio.from_thread.start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(transport)) as client,
    ):
        yield Agent(portal, client)


@contextmanager
def stdio_agent(*arguments, **environment):
    """Start a server in another process and connect to it over stdio."""
    with agent_of(stdio_client(parameters(*arguments, **environment))) as agent:
        yield agent


class Raw:
    """What a sandbox sends, read by the standard library and pandas alone."""

    def __init__(self, box):
        self.box = box

    def get(self, path, **params):
        """The envelope of one request."""
        address = f"{self.box.base_url}{path}?{urllib.parse.urlencode(params)}"
        request = urllib.request.Request(
            address, headers={"Authorization": f"Bearer {self.box.key}"}
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def rows(self, path, **params):
        """All rows of a list."""
        found, cursor = [], {}
        while True:
            page = self.get(path, limit=100, **params, **cursor)
            found += page["data"]
            if not page["meta"]["hasMore"]:
                return pd.DataFrame(found)
            cursor = {"cursor": page["meta"]["nextCursor"]}

    @cached_property
    def project(self):
        """The id of the demo program."""
        return next(one["id"] for one in self.get("/projects")["data"] if one["name"] == PROJECT)

    def of_project(self, path):
        """All rows of a list of the demo program."""
        return self.rows(path, project_id=self.project)

    @cached_property
    def creators(self):
        return self.of_project("/creators")

    @cached_property
    def videos(self):
        return self.of_project("/videos")

    @cached_property
    def accruals(self):
        return self.of_project("/payout-accruals")

    @cached_property
    def payments(self):
        return self.of_project("/payout-payments")

    @cached_property
    def comments(self):
        return self.of_project("/comments")

    @cached_property
    def goals(self):
        """A row for each goal."""
        sent = self.get(f"/projects/{self.project}/goal-compliance")["data"]
        return pd.DataFrame(
            [
                {"creator_id": one["creator"]["id"], **row}
                for one in sent
                for row in one["compliance"]
            ]
        )

    def views(self, first, last):
        """The answer with the new views of each creator on each day."""
        return self.get(
            "/analytics", entity="creator", entity_id=",".join(self.creators["id"]),
            metric="views", mode="new", granularity="day", **{"from": first, "to": last},
        )  # fmt: skip
