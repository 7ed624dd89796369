"""Who may do what, and what is refused: every route by role, and the attacks one expects."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.workbench.served import CASE, PASSWORD, SMALL, app_on, client_of, log_in, small
from willing.errors import UsageError
from willing.workbench import create_app
from willing.workbench.access import COOKIE, ROLES, TABLE, needed
from willing.workbench.security import CSP

FILLED = {
    "{id}": SMALL,
    "{statement}": "NONE-1",
    "{forecast}": "0" * 64,
    "{job}": "none",
    "{forum}": "none",
    "{key}": "none",
    "{sha256}": "none",
    "{name}": "none",
    "{chart}": "none",
    "{form}": "csv",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return app_on(tmp_path_factory.mktemp("access"), auth=True)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    # without the end of its life: the application is shared by the tests of this module
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)


def routes(app: FastAPI) -> list[tuple[str, str]]:
    return [(m.upper(), p) for p, item in app.openapi()["paths"].items() for m in item]


def test_the_table_holds_every_route_and_no_other(app: FastAPI) -> None:
    pages = {("GET", p) for p in ("/", "/login", "/openapi.json", "/reference", "/accounts")}
    assert set(routes(app)) == set(TABLE) - pages


@pytest.mark.parametrize("role", ROLES)
def test_every_route_by_role(app: FastAPI, client: TestClient, role: str) -> None:
    """A role gets through to what it may (whatever that says) and is refused the rest."""
    if role != "nobody":
        log_in(client, role)
    wrong = []
    for method, path in routes(app):
        if path in ("/api/session", "/api/jobs/{job}/events"):
            continue  # tested by themselves
        wanted = TABLE[method, path]
        answer = client.request(method, filled(path), json=None if method == "GET" else {"x": 0})
        refused = answer.status_code in (401, 403)
        allowed = ROLES.index(role) >= ROLES.index(wanted)
        if refused == allowed or answer.status_code >= 500:
            wrong.append((method, path, wanted, answer.status_code))
    assert wrong == []


def filled(path: str) -> str:
    for mark, word in FILLED.items():
        path = path.replace(mark, word)
    return path


def test_an_unlisted_change_is_for_admins() -> None:
    assert needed("POST", "/api/anything") == "admin"
    assert needed("GET", "/api/anything") == "admin"
    assert needed("GET", "/a-page") == "reader"


def test_a_page_sends_nobody_to_the_log_in(client: TestClient) -> None:
    answer = client.get("/", headers={"accept": "text/html"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert client.get("/openapi.json").status_code == 401


def test_sessions_are_rotated_and_never_taken_from_a_client(client: TestClient) -> None:
    client.cookies.set(COOKIE, "chosen-by-somebody-else")
    log_in(client, "reader")
    tokens = {c.value for c in client.cookies.jar}
    fresh = [t for t in tokens if t != "chosen-by-somebody-else"]
    assert len(fresh) == 1
    assert len(fresh[0]) >= 40
    other = TestClient(client.app, base_url="http://127.0.0.1")
    other.cookies.set(COOKIE, "chosen-by-somebody-else")
    assert other.get("/api/cases").status_code == 401
    again = TestClient(client.app, base_url="http://127.0.0.1")
    again.cookies.set(COOKIE, fresh[0])
    assert again.get("/api/cases").status_code == 200
    log_in(again, "reader")  # a new log-in ends the session it came with
    stale = TestClient(client.app, base_url="http://127.0.0.1")
    stale.cookies.set(COOKIE, fresh[0])
    assert stale.get("/api/cases").status_code == 401


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: TestClient) -> None:
    answer = client.post("/api/session", json={"name": "reader", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_logging_out_ends_the_session_on_the_server(client: TestClient) -> None:
    log_in(client, "reader")
    token = [c.value for c in client.cookies.jar][-1]
    assert client.delete("/api/session").status_code == 200
    other = TestClient(client.app, base_url="http://127.0.0.1")
    other.cookies.set(COOKIE, token)
    assert other.get("/api/cases").status_code == 401


def test_a_change_needs_the_token_of_its_session(client: TestClient) -> None:
    log_in(client, "admin")
    good = client.headers.pop("x-csrf-token")
    assert client.post(f"{CASE}/news").status_code == 403
    for wrong in ("", "x" * len(good), "ä"):
        answer = client.post(f"{CASE}/news", headers={"x-csrf-token": wrong.encode()})
        assert answer.status_code == 403
    assert client.post(f"{CASE}/news", headers={"x-csrf-token": good}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_change_from_another_site_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    log_in(client, "admin")
    assert client.post(f"{CASE}/news", headers=headers).status_code == 403


def test_brute_force_is_slowed_and_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("willing.workbench.api.accounts.BY_ADDRESS", 10)
    with client_of(app_on(tmp_path, auth=True)) as client:
        wrong = {"name": "editor", "password": "not the password"}
        answers = [client.post("/api/session", json=wrong) for _ in range(8)]
        assert [a.status_code for a in answers] == [401] * 5 + [429] * 3
        assert int(answers[-1].headers["retry-after"]) > 0
        right = {"name": "editor", "password": PASSWORD}
        assert client.post("/api/session", json=right).status_code == 429
        unknown = client.post("/api/session", json={"name": "nobody", "password": "x"})
        assert unknown.json()["detail"] == answers[0].json()["detail"]
        for k in range(6):  # names one after another from one address
            last = client.post("/api/session", json={"name": f"n{k}", "password": "x"})
        assert last.status_code == 429


def test_changes_and_refusals_are_in_the_audit_log(client: TestClient) -> None:
    client.post(f"{CASE}/reopen", json={"revision": 1})
    log_in(client, "admin")
    client.post(f"{CASE}/news")
    rows = client.get("/api/audit").json()["audit"]
    kinds = {(r["by"], r["action"], r["target"], r["status"]) for r in rows}
    assert ("", "POST", f"{CASE}/reopen", 401) in kinds
    assert ("admin", "POST", f"{CASE}/news", 200) in kinds
    assert PASSWORD not in str(rows)


def test_accounts(client: TestClient) -> None:
    log_in(client, "admin")
    short = {"name": "new", "password": "short", "role": "reader"}
    assert client.post("/api/accounts", json=short).status_code == 400
    made = {"name": "new", "password": PASSWORD, "role": "reader"}
    assert client.post("/api/accounts", json=made).status_code == 201
    assert client.post("/api/accounts", json=made).status_code == 409
    assert PASSWORD not in client.get("/api/accounts").text
    assert "argon2" not in client.get("/api/accounts").text
    other = log_in(TestClient(client.app, base_url="http://127.0.0.1"), "new")
    assert client.patch("/api/accounts/new", json={"disabled": True}).status_code == 200
    assert other.get("/api/cases").status_code == 401
    assert client.patch("/api/accounts/admin", json={"role": "reader"}).status_code == 400


def test_accounts_are_kept_on_a_page_for_admins_alone(client: TestClient) -> None:
    log_in(client, "editor")
    assert client.get("/accounts").status_code == 403
    assert "/accounts" not in client.get("/").text
    log_in(client, "admin")
    page = client.get("/accounts")
    assert page.status_code == 200
    assert "argon2" not in page.text
    assert 'data-account="editor"' in page.text


def test_passwords_are_kept_as_argon2(app: FastAPI) -> None:
    from sqlalchemy import text

    with app.state.store.database.read() as c:
        kept = [r[0] for r in c.execute(text("SELECT password FROM accounts"))]
    assert all(p.startswith("$argon2id$") for p in kept)


# the first account, and the host


def test_no_account_and_none_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    monkeypatch.delenv("WILLING_ADMIN", raising=False)
    with pytest.raises(UsageError, match="WILLING_ADMIN"):
        create_app(url, auth=True, shipped=False)
    monkeypatch.setenv("WILLING_ADMIN", "first")
    monkeypatch.setenv("WILLING_ADMIN_PASSWORD", PASSWORD)
    app = create_app(url, auth=True, shipped=False)
    assert [a["role"] for a in app.state.store.accounts.every()] == ["admin"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])
def test_beyond_loopback_only_with_accounts(host: str) -> None:
    from willing.cli.serve import serve

    with pytest.raises(UsageError, match="--auth"):
        serve(host=host, auth=False)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[", "evil:80"])
def test_only_its_own_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 421


# attacks


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/%2e%2e/store/tables.py",
        "/static/....//app.py",
        "/static//etc/passwd",
        "/api/cases/..%2f..%2fetc%2fpasswd",
        "/api/cases/small-2025/files/..%2f..%2f..%2fetc%2fpasswd",
        "/api/cases/small-2025/files/%2fetc%2fpasswd",
        "/api/forecasts/..%2f..%2fetc%2fpasswd",
        "/api/cases/small-2025%00",
    ],
)
def test_path_traversal(client: TestClient, path: str) -> None:
    log_in(client, "admin")
    answer = client.get(path)
    assert 400 <= answer.status_code < 500
    assert "root:" not in answer.text
    assert "metadata = " not in answer.text


@pytest.mark.parametrize(
    "name", ["../case.yaml", "/case.yaml", "a/../../case.yaml", "C:/case.yaml"]
)
def test_archives_that_lead_elsewhere(client: TestClient, name: str) -> None:
    log_in(client, "admin")
    answer = client.post("/api/cases", content=archive({name: small()["case.yaml"]}))
    assert answer.status_code == 400
    assert "elsewhere" in answer.json()["detail"]


def archive(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in files.items():
            z.writestr(name, text)
    return out.getvalue()


def test_uploads_that_are_too_much_or_not_what_they_say(client: TestClient) -> None:
    log_in(client, "admin")
    bomb = archive({"case.yaml": "a" * 60_000_000, "actors.csv": "", "statements.csv": ""})
    assert len(bomb) < 100_000
    answer = client.post("/api/cases", content=bomb)
    assert (answer.status_code, "unpacked" in answer.text) == (400, True)
    for junk in (b"", b"PK\x03\x04garbage", b"\x00" * 100, archive({})):
        assert client.post("/api/cases", content=junk).status_code == 400
        assert 400 <= client.post(f"{CASE}/sheet/preview", content=junk).status_code < 500
    for junk in (
        b"%PDF-1.7 broken",
        b"\x7fELF",
        b"MZ\x90\x00",
        b"PK\x03\x04",
        b"\x00\x01\x02" * 50,
    ):
        answer = client.post("/api/read/file?name=x.pdf", content=junk)
        assert 400 <= answer.status_code < 500, junk
    entities = archive(
        {
            "xl/workbook.xml": '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>',
            "[Content_Types].xml": "",
        }
    )
    assert "entities" in client.post(f"{CASE}/sheet/preview", content=entities).text


def test_a_body_over_the_limit(tmp_path: Path) -> None:
    with client_of(app_on(tmp_path, max_body=10_000)) as client:
        assert client.post("/api/cases", content=b"x" * 20_000).status_code == 413

        def trickle() -> Iterator[bytes]:  # without a Content-Length
            for _ in range(20):
                yield b"x" * 1000

        assert client.post("/api/cases", content=trickle()).status_code == 413
        assert client.get("/api/cases").status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8420/api/cases",
        "http://localhost/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://[::ffff:127.0.0.1]/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "ftp://example.org/x",
    ],
)
def test_ssrf(client: TestClient, url: str) -> None:
    log_in(client, "editor")
    for path in ("/api/read/address", f"{CASE}/read/address"):
        answer = client.post(path, json={"url": url})
        assert answer.status_code in (400, 422)
        assert "root:" not in answer.text


def test_every_answer_carries_the_policy(client: TestClient) -> None:
    assert "unsafe" not in CSP
    for path in ("/", "/healthz", "/nowhere", "/api/cases", "/static/nowhere"):
        headers = client.get(path, follow_redirects=False).headers
        assert headers["content-security-policy"] == CSP, path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


RUN = ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x"]


@pytest.mark.parametrize("address", RUN)
def test_addresses_that_a_browser_would_run(client: TestClient, address: str) -> None:
    log_in(client, "editor")
    one = client.get(f"{CASE}/statements/EX-2").json()
    body = {"version": one.pop("version"), "statement": one | {"source_url": address}}
    del body["statement"]["revision"]
    answer = client.put(f"{CASE}/statements/EX-2", json=body)
    assert (answer.status_code, "http(s)" in answer.text) == (400, True)
