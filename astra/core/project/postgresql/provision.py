"""Roles, database and grants on a server, embedded or given: safe to run again at every start."""

import psycopg
from psycopg import sql

from astra.core.project.database import APP, OWNER, SYSTEM, role_password

BLANK = "astra_blank"
OLDEST = 150000
# Where an administrator may always enter while the product's database is not there yet.
ENTRANCES = ("postgres", "template1")


class ServerTooOld(RuntimeError):
    """The given server is older than PostgreSQL 15: nothing was changed on it."""


def provision(administrator_url: str, name: str, *, with_tests: bool) -> None:
    """Makes the three login roles, the product's database and, for tests, an empty template with the same grants.

    ``astra_app`` owns nothing and inherits nothing; it may step into ``astra_system`` (which only reads) for one transaction.
    The administrator needs CREATEROLE and CREATEDB, no more: that is what a managed server gives. Raises ServerTooOld.
    """
    names = [name, *([BLANK] if with_tests else [])]
    with enter(administrator_url, name) as connection:
        if connection.info.server_version < OLDEST:
            raise ServerTooOld(f"PostgreSQL 15 or newer is needed; this server is {connection.info.server_version // 10000}.")
        for role, options in (
            (OWNER, "LOGIN CREATEDB" if with_tests else "LOGIN"),
            (SYSTEM, "LOGIN"),
            (APP, "LOGIN NOINHERIT"),
        ):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} ").format(sql.Identifier(role)) + sql.SQL(options))
            connection.execute(
                sql.SQL("ALTER ROLE {} " + options + " PASSWORD {}").format(sql.Identifier(role), sql.Literal(role_password(role)))
            )
        connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(SYSTEM), sql.Identifier(APP)))
        # The administrator of a managed server is not a superuser: it must belong to the owner to give it a database,
        # and to the others to end their sessions when a test's database is dropped.
        for role in [OWNER, *([APP, SYSTEM] if with_tests else [])]:
            _join(connection, role)
        for database in names:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                        sql.Identifier(database), sql.Identifier(OWNER)
                    )
                )
    for database in names:
        with psycopg.connect(administrator_url, dbname=database, autocommit=True) as connection:
            _grant(connection)


def enter(administrator_url: str, name: str) -> psycopg.Connection:
    """A connection of the administrator: to the named database, or to one that every server has while it is not there yet."""
    try:
        return psycopg.connect(administrator_url, dbname=name, autocommit=True)
    except psycopg.OperationalError as missing:
        if f'database "{name}" does not exist' not in str(missing):
            raise
    for entrance in ENTRANCES:
        try:
            return psycopg.connect(administrator_url, dbname=entrance, autocommit=True)
        except psycopg.OperationalError as refused:
            last = refused
    raise last


def _join(connection: psycopg.Connection, role: str) -> None:
    """Makes the administrator a member of a role, unless it is one."""
    # From PostgreSQL 16 on whoever creates a role belongs to it, but without its rights until it grants them to itself.
    may = connection.execute("SELECT pg_has_role(current_user, %s, 'USAGE')", [role]).fetchone()
    if not may or not may[0]:
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role)))


def _grant(connection: psycopg.Connection) -> None:
    for statement in (
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        # The owner has this in a database of its own, but not in one that the administrator brought along.
        "GRANT USAGE, CREATE ON SCHEMA public TO {owner}",
        "GRANT USAGE ON SCHEMA public TO {app}, {system}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT SELECT ON TABLES TO {system}",
    ):
        connection.execute(sql.SQL(statement).format(owner=sql.Identifier(OWNER), app=sql.Identifier(APP), system=sql.Identifier(SYSTEM)))
