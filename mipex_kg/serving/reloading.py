"""Showing an editor's changes as they are made: rebuilt when a file changes, or what is wrong.

Building is left to `mipex-kg build` in a process of its own, so that the server stays small.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import sys
from http import HTTPStatus
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mipex_kg.serving.methods import Allowing
from mipex_kg.serving.renewal import Served
from mipex_kg.serving.site import identify
from mipex_kg.serving.watching import InputWatch
from mipex_kg.site.hosting.rules import OF_PAGES
from mipex_kg.system.replacement import private_folder

SCRIPT, VERSION = "/-/reload.js", "/-/version"
_CALL = f'<script src="{SCRIPT}" defer></script>'.encode()
# Asks each second whether there is something new; what is new is fetched.
_SOURCE = f"""\
let known;
setInterval(async () => {{
  const answer = await fetch('{VERSION}', {{ cache: 'no-store' }}).catch(() => null);
  const version = answer?.ok ? await answer.text() : known;
  if (known !== undefined && version !== known) location.reload();
  known = version;
}}, 1000);
"""
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Not valid – {title}</title>
</head>
<body>
<h1>The data is not valid</h1>
<p>The site is as it was. Correct what is below, and this page goes away by itself.</p>
<pre>{findings}</pre>
<script src="{script}" defer></script>
</body>
</html>
"""


class Reloading:
    """Watches a project, and lets pages show what has become of it.

    :param root: of the project
    """

    def __init__(self, served: Served, root: Path) -> None:
        self._served, self._root = served, root
        self._findings: str | None = None
        self._builds = 0
        self._is_building, self._version = False, ""
        self._rest: asyncio.Task[tuple[int, str]] | None = None

    async def watch(self) -> None:
        """Rebuild whenever something changes that a build reads."""
        folder = self._served.site.folder.resolve()
        # What is built is in the project too, as a rule; so is the folder beside it.
        watch = InputWatch(self._root, (folder, private_folder(folder)))
        try:
            async for _ in watch.changes():
                await self._end_rest()
                self._is_building = True
                try:
                    await self._build()
                finally:
                    self._is_building = False
        finally:
            await self._end_rest()

    async def _build(self) -> None:
        """Show the change first; what takes longest, the index for searching, follows."""
        build = ("build", "--output", str(self._served.site.folder.resolve()))
        code, told = await self._run(*build, "--keep-index")
        if not code:
            self._rest = asyncio.create_task(self._run(*build))
        if code == 1:
            _, told = await self._run("validate")
        self._findings = told if code else None
        self._builds += 1
        message = told if code else f"Rebuilt.\n{told}"
        sys.stderr.write(message)

    async def _end_rest(self) -> None:
        """End the build of an index for pages that have changed once more."""
        if self._rest:
            self._rest.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._rest
            self._rest = None

    async def _run(self, *arguments: str) -> tuple[int, str]:
        """Call the command line; tell its exit code, and all that it says."""
        command = [sys.executable, "-m", "mipex_kg", "--project", str(self._root), *arguments]
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        try:
            said, _ = await process.communicate()
        except asyncio.CancelledError:
            process.terminate()
            await process.wait()
            raise
        return process.returncode or 0, said.decode(errors="replace")

    def around(self, application: ASGIApp) -> ASGIApp:
        """Let pages show what is wrong, and reload themselves when there is something new."""
        script = Response(_SOURCE, HTTPStatus.OK, _FRESH, "text/javascript")
        parts = {SCRIPT: Allowing(script), VERSION: Allowing(self._tell_version)}

        async def reloading(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await application(scope, receive, send)
                return
            own = parts.get(scope["path"])
            page = _LivePage(self._findings, self._served)
            await page.pass_on(own or application, scope, receive, send)

        return reloading

    async def _tell_version(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell which state there is: a new one when a build has ended, ours or someone else's.

        The index for searching, which follows, makes no new state: pages are as they were.
        """
        if not self._is_building:
            site = self._served.site
            self._version = f"{self._builds} {identify(site.folder, site.rules.name).dump}"
        await Response(self._version, HTTPStatus.OK, _FRESH, "text/plain")(scope, receive, send)


_FRESH = {"Cache-Control": "no-store"}


class _LivePage:
    """An answer on its way: a page calls the script, or gives way to what is wrong."""

    def __init__(self, findings: str | None, served: Served) -> None:
        self._findings, self._title = findings, served.site.rules.name
        self._start: Message | None = None
        self._body = b""

    async def pass_on(
        self, application: ASGIApp, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Have a request answered, and change the answer if it is a page."""

        async def changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _close(message)
                if _is_page(message):
                    self._start = message
                else:
                    await send(message)
            elif self._start is None:
                await send(message)
            else:
                self._body += message.get("body", b"")
                if not message.get("more_body"):
                    await self._send(send)

        # Packed pages can't be changed, and kept ones are not asked for.
        dropped = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
        headers = [pair for pair in scope["headers"] if pair[0] not in dropped]
        await application({**scope, "headers": headers}, receive, changed)

    async def _send(self, send: Send) -> None:
        assert self._start  # noqa: S101 - a body comes after its start
        body = self._body.replace(b"</body>", _CALL + b"</body>")
        if self._findings is not None:
            findings = html.escape(self._findings)
            page = _PAGE.format(title=html.escape(self._title), findings=findings, script=SCRIPT)
            body = page.encode()
            self._start["status"] = HTTPStatus.INTERNAL_SERVER_ERROR.value
        headers = MutableHeaders(scope=self._start)
        for name in ("etag", "last-modified", "link"):
            del headers[name]
        headers.update({**OF_PAGES, **_FRESH, "Content-Length": str(len(body))})
        await send(self._start)
        await send({"type": "http.response.body", "body": body})


def _close(start: Message) -> None:
    """Let no other site's page read a draft: take away what lets it, and say so."""
    headers = MutableHeaders(scope=start)
    for name in [name for name in headers if name.startswith("access-control-")]:
        del headers[name]
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def _is_page(message: Message) -> bool:
    found = Headers(raw=message["headers"]).get("content-type", "")
    return found.startswith("text/html")
