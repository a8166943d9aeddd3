"""Which PostgreSQL the product uses: ``DATABASE_URL``, or the embedded one of ``$ASTRA_HOME``."""

import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from astra.core.project import env
from astra.core.project.home import own_secret

OWNER, APP, SYSTEM = "astra_owner", "astra_app", "astra_system"
# Questions here are short. A server with a compiler (Debian's has one) would compile astra_now() anew for each row of a paste.
COMMON = "-c timezone=UTC -c jit=off"
PATIENCE = "-c statement_timeout=30000 -c lock_timeout=10000"
EMBEDDED_NAME = "astra"


def role_password(role: str) -> str:
    """The password of one of the product's roles in this installation."""
    shared = env.text(
        "ASTRA_DATABASE_SECRET",
        "",
        "The passwords of the product's own database roles are made from it. Give it when several machines share one database. "
        "Empty: made at first start.",
        secret=True,
    )
    if shared:
        return hmac.digest(shared.encode(), f"database-{role}".encode(), hashlib.sha256).hex()
    return own_secret(f"database-{role}")


def given_url() -> str:
    """The administrator's address in ``DATABASE_URL`` (or the file in ``DATABASE_URL_FILE``); empty: embedded."""
    return env.text(
        "DATABASE_URL",
        "",
        "PostgreSQL 15 or newer: postgresql://admin:password@host:port/name, with parameters such as ?sslmode=require. Empty: embedded.",
        secret=True,
    )


def database_name() -> str:
    """The name of the product's database on its server."""
    named = env.text("ASTRA_DATABASE_NAME", "", "Name of the database, when it is not the one of DATABASE_URL (embedded: astra).")
    return named or unquote(urlsplit(given_url()).path.lstrip("/")) or EMBEDDED_NAME


def databases(embedded_port: int, test_name: str) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: ``default`` is the role that owns nothing, ``owner`` is for migrations only.

    ``DATABASE_URL`` names a server and an administrator who may create roles and databases (CREATEROLE and CREATEDB are
    enough); the product itself always connects as its own roles.
    """
    url = given_url()
    parts = urlsplit(url) if url else None
    host = (parts.hostname or "127.0.0.1") if parts else "127.0.0.1"
    port = (parts.port or 5432) if parts else embedded_port
    parameters = dict(parse_qsl(parts.query)) if parts else {}
    name = database_name()

    def connection(role: str, test: dict[str, Any]) -> dict[str, Any]:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "HOST": host,
            "PORT": str(port),
            "USER": role,
            "PASSWORD": role_password(role),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "server_side_binding": False,
                "connect_timeout": 5,
                **parameters,
                "options": f"{COMMON} {PATIENCE}" if role == APP else COMMON,
            },
            "TEST": test,
        }

    return {
        "default": connection(APP, {"MIRROR": "owner"}),
        "owner": connection(OWNER, {"NAME": test_name, "TEMPLATE": "astra_blank"}),
    }
