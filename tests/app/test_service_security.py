"""Who may ask, and what a page may do."""

from __future__ import annotations

import socket

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")
pytest.importorskip("httpx")

from served import serving

from rewire.app import cli
from rewire.app.service.security import POLICY, check_binding, is_loopback
from rewire.errors import RewireError

TOKEN = "a-long-and-secret-word"


@pytest.fixture(scope="module")
def local():
    with serving() as client:
        yield client


@pytest.fixture
def guarded():
    with serving(token=TOKEN) as client:
        yield client


def test_the_policy_allows_nothing_but_the_page_itself(local):
    policy = local.get("/explore").headers["content-security-policy"]
    assert policy == POLICY
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize("name", ["explore", "compare", "person", "evidence", "heal", "api"])
def test_pages_hold_no_inline_code_and_no_other_site(local, name):
    text = local.get(f"/{name}").text
    assert "Research and education; not a medical device" in text
    assert "does not predict suicide" in text
    assert " style=" not in text
    assert "<style" not in text
    assert not any(word in text for word in ("onclick=", "onload=", "javascript:", 'src="http', 'href="http'))
    assert all("src=" in part.split(">")[0] for part in text.split("<script")[1:])


def test_another_name_for_this_machine_is_refused(local):
    assert local.get("/api/health", headers={"host": "evil.example"}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://[x"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"},
    ],
)
def test_another_site_is_refused(local, headers):
    assert local.post("/api/plan", json={"phrases": []}, headers=headers).status_code == 403


def test_a_request_that_is_too_large_is_refused(local):
    answer = local.post("/api/plan", content="x" * 500_000, headers={"content-type": "application/json"})
    assert answer.status_code == 413


def test_beyond_this_machine_a_token_is_needed():
    with pytest.raises(RewireError, match="no token"):
        check_binding("0.0.0.0", None)
    with pytest.raises(RewireError, match="too short"):
        check_binding("0.0.0.0", "short")
    check_binding("0.0.0.0", TOKEN)
    check_binding("127.0.0.1", None)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("example.org", False),
    ],
)
def test_loopback_is_this_machine_only(host, loopback):
    assert is_loopback(host) is loopback


def run(*arguments):
    with pytest.raises(SystemExit) as left:
        cli.main(["serve", "--no-browser", *arguments])
    return left.value.code


def test_serve_refuses_to_listen_everywhere_without_a_token(capsys):
    assert run("--host", "0.0.0.0") == 2
    assert "--token" in capsys.readouterr().err


def test_serve_says_when_the_port_is_taken(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert run("--port", str(taken.getsockname()[1])) == 2
    assert "another --port" in capsys.readouterr().err


def test_the_token_opens_and_leaves_the_address(guarded):
    client = guarded
    assert client.get("/api/health").status_code == 401
    assert client.get("/api/health", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert client.get("/api/health", headers={"authorization": "Bearer wrong"}).status_code == 401
    answer = client.get("/explore", params={"token": TOKEN, "more": "1"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/explore?more=1"
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert client.get("/api/health").status_code == 200


def test_the_token_never_leads_to_another_site(guarded):
    answer = guarded.get("//evil.example/x", params={"token": TOKEN})
    assert not answer.headers.get("location", "/").startswith("//")


@pytest.mark.parametrize(
    "path", ["../frame.html", "js/../frame.html", ".hidden.js", "js/none.js", "explore.html", "%2e%2e/%2e%2e/cli.py"]
)
def test_only_assets_are_served(local, path):
    assert local.get(f"/assets/{path}").status_code in (404, 422)
