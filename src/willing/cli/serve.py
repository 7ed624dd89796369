"""`willing serve`: the page and the JSON API."""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8420,
    store: Annotated[
        str | None,
        typer.Option(
            envvar="WILLING_STORE",
            help="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME (default: your own file).",
        ),
    ] = None,
    auth: Annotated[
        bool, typer.Option("--auth", help="Ask for a local account (needed beyond loopback).")
    ] = False,
    name: Annotated[
        list[str] | None,
        typer.Option(help="Name under which the server is reached; may be repeated."),
    ] = None,
    https: Annotated[
        bool, typer.Option("--https", help="Behind a proxy that speaks HTTPS: secure cookies.")
    ] = False,
) -> None:
    """Serve the workbench: page at /, API under /api, /openapi.json, /healthz.

    The first account is made from WILLING_ADMIN and WILLING_ADMIN_PASSWORD.
    """
    from willing.errors import MissingExtraError, UsageError

    try:
        import uvicorn

        from willing.workbench import create_app
        from willing.workbench.security import LOOPBACK, is_loopback
    except ModuleNotFoundError as error:
        raise MissingExtraError("the workbench", "web") from error
    if not is_loopback(host) and not auth:
        raise UsageError(
            f"--host {host} can be reached from other machines: found no authentication;"
            " expected --auth, or a loopback address such as 127.0.0.1"
        )
    hosts = {*LOOPBACK, *(name or ())}
    if not is_loopback(host) and host not in ("0.0.0.0", "::"):  # noqa: S104 (compared, not bound)
        hosts.add(host)
    app = create_app(store, auth=auth, hosts=hosts, secure_cookies=https)
    app.state.stages.warm()
    typer.echo(f"Willing: http://{'[' + host + ']' if ':' in host else host}:{port}", err=True)
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)
