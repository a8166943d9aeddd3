"""Which PostgreSQL the product uses: ``DATABASE_URL``, or the embedded one of ``$ASTRA_HOME``."""

from typing import Any
from urllib.parse import unquote, urlsplit

from astra.core.project import env
from astra.core.project.home import own_secret

OWNER, APP, SYSTEM = "astra_owner", "astra_app", "astra_system"


def role_password(role: str) -> str:
    """The password of one of the product's roles in this installation."""
    return own_secret(f"database-{role}")


def databases(embedded_port: int, test_name: str) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: ``default`` is the role that owns nothing, ``owner`` is for migrations only.

    ``DATABASE_URL`` names a server and an administrator who may create roles and databases; the product itself always
    connects as its own roles.
    """
    url = env.text(
        "DATABASE_URL",
        "",
        "PostgreSQL 15 or newer: postgresql://admin:password@host:port/name. Empty: embedded.",
        secret=True,
    )
    parts = urlsplit(url) if url else None
    host = (parts.hostname or "127.0.0.1") if parts else "127.0.0.1"
    port = (parts.port or 5432) if parts else embedded_port
    named = env.text("ASTRA_DATABASE_NAME", "", "Name of the database, when it is not the one of DATABASE_URL (embedded: astra).")
    name = named or (unquote(parts.path.lstrip("/")) if parts else "astra")

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
                "options": "-c statement_timeout=30000 -c lock_timeout=10000 -c timezone=UTC" if role == APP else "-c timezone=UTC",
            },
            "TEST": test,
        }

    return {
        "default": connection(APP, {"MIRROR": "owner"}),
        "owner": connection(OWNER, {"NAME": test_name, "TEMPLATE": "astra_blank"}),
    }


def administrator_url() -> str:
    """The address given in ``DATABASE_URL``, or nothing when the embedded server is used."""
    return env.text("DATABASE_URL", "", env.SETTINGS["DATABASE_URL"].meaning if "DATABASE_URL" in env.SETTINGS else "", secret=True)
