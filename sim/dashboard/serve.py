"""Serving the page on this machine."""
# pyright: reportMissingImports=false

import importlib.util
import os
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sim.config import load
from sim.errors import InputError
from sim.terminal.language import said
from sim.words import word

FONT = "/hecun/chinese.otf"
_HERE = ("127.0.0.1", "localhost", "::1")


def serve(config: Path, host: str, port: int, lang: str, open_browser: bool) -> None:
    """Serve the page until interrupted.

    Parameters
    ----------
    config : Path
        The configuration it starts with; those beside it can be chosen.
    host, port : str, int
        Where it listens.
    lang : {"en", "zh"}
        Language it starts in.
    open_browser : bool
        Whether to open the page in a browser.

    Raises
    ------
    InputError
        If the configuration is wrong, or the extra ``dashboard`` is not installed.
    """
    load(config)
    if importlib.util.find_spec("solara") is None:
        raise InputError(
            "the dashboard needs the extra 'dashboard': python -m pip install 'hecun[dashboard]' "
            "(or python -m uv run --extra dashboard hecun dashboard)"
        )
    os.environ |= {
        "HECUN_DASHBOARD_CONFIG": str(config.resolve()),
        "HECUN_DASHBOARD_LANG": lang,
        "SOLARA_APP": "sim.dashboard.app",
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
        "SOLARA_THEME_LOADER": "plain",
        "MPLBACKEND": "agg",
    }
    import click
    import uvicorn

    address = f"http://{host}:{port}/"
    threading.Thread(target=_warm, args=(config,), daemon=True).start()
    click.echo(said(f"{address} (Ctrl-C ends it)"))
    if open_browser:
        import webbrowser

        threading.Timer(3.0, webbrowser.open, (address,)).start()
    uvicorn.run(
        guarded(worded(_application(), lang), host), host=host, port=port, log_level="error"
    )


def _warm(config: Path) -> None:
    """Simulate a month, so that the first visitor does not wait for what is loaded once."""
    from sim.dashboard.comparison import Comparison
    from sim.dashboard.link import QUICK

    Comparison(str(config), scale=QUICK).step()


def guarded(application: Any, host: str) -> Any:
    """Return an application that pages of other sites, open in the same browser, cannot reach.

    On this machine's own address it answers to its names alone (a name elsewhere may be made to
    lead here), and a socket is opened only for a page that came from the same place.

    Parameters
    ----------
    application : ASGI application
        What answers.
    host : str
        Where it listens.
    """

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        heads = {key: value.decode("latin-1") for key, value in scope.get("headers", ())}
        asked, origin = heads.get(b"host", ""), heads.get(b"origin")
        ours = host not in _HERE or urlsplit(f"//{asked}").hostname in _HERE
        same = origin is None or urlsplit(origin).netloc == asked
        if scope["type"] == "http" and not ours:
            await send({"type": "http.response.start", "status": 421, "headers": []})
            await send({"type": "http.response.body", "body": b"not this machine's name"})
        elif scope["type"] == "websocket" and not (ours and same):
            await send({"type": "websocket.close", "code": 1008})
        else:
            await application(scope, receive, send)

    return answer


def worded(application: Any, lang: str) -> Any:
    """Return an application whose page is in one language before anything of ours is drawn.

    Of Solara's own page it changes the language it says it has, its few sentences, and that
    readers may not enlarge it.

    Parameters
    ----------
    application : ASGI application
        What answers.
    lang : {"en", "zh"}
        Language of what is said while the page loads, or when the server has gone.
    """
    lost, loading = word("page_lost", lang), word("page_loading", lang)
    changed = {
        "<html>": f'<html lang="{"zh-CN" if lang == "zh" else "en"}">',
        ", maximum-scale=1, user-scalable=no, minimal-ui": "",
        "App is disconnected, and may not function properly. Please refresh the page.": lost,
        "Could not restore session. Please refresh.": lost,
        "Please refresh the page</v-card-title>": f"{lost}</v-card-title>",
        "Loading resources": loading,
    }

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope.get("path") != "/":
            await application(scope, receive, send)
            return
        head: dict[str, Any] = {}
        parts: list[bytes] = []

        async def held(message: Any) -> None:
            if message["type"] == "http.response.start":
                head.update(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            text = b"".join(parts).decode("utf-8")
            for old, new in changed.items():
                text = text.replace(old, new)
            body = text.encode("utf-8")
            names = [pair for pair in head["headers"] if pair[0].lower() != b"content-length"]
            head["headers"] = [*names, (b"content-length", str(len(body)).encode())]
            await send(head)
            await send({"type": "http.response.body", "body": body})

        heads = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        await application({**scope, "headers": heads}, receive, held)

    return answer


def _application() -> Any:
    """Return Solara's server, with a font for browsers that have no Chinese one."""
    from pylopdf_fonts_zh_cn import sans_path
    from solara.server.starlette import app
    from starlette.responses import FileResponse
    from starlette.routing import Route

    def font(_: Any) -> FileResponse:
        return FileResponse(sans_path(), media_type="font/otf")

    app.router.routes.insert(0, Route(FONT, font))
    return app
