"""Roles, database and grants on a server, embedded or given: safe to run again at every start."""

import psycopg
from psycopg import sql

from astra.core.project.database import APP, OWNER, SYSTEM, role_password

BLANK = "astra_blank"


def provision(administrator_url: str, name: str, *, with_tests: bool) -> None:
    """Makes the three login roles, the product's database and, for tests, an empty template with the same grants.

    ``astra_app`` owns nothing and inherits nothing; it may step into ``astra_system`` (which only reads) for one transaction.
    """
    with psycopg.connect(administrator_url, autocommit=True) as connection:
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
        # The administrator of a managed server is not a superuser: it must belong to the owner to give it a database.
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))
        for database in [name, *([BLANK] if with_tests else [])]:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                        sql.Identifier(database), sql.Identifier(OWNER)
                    )
                )
    for database in [name, *([BLANK] if with_tests else [])]:
        with psycopg.connect(administrator_url, dbname=database, autocommit=True) as connection:
            _grant(connection)


def _grant(connection: psycopg.Connection) -> None:
    for statement in (
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {app}, {system}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT SELECT ON TABLES TO {system}",
    ):
        connection.execute(sql.SQL(statement).format(owner=sql.Identifier(OWNER), app=sql.Identifier(APP), system=sql.Identifier(SYSTEM)))
