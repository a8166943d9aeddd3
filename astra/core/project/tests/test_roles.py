"""The three roles, what each may do, and provisioning: twice, by a superuser, and by an administrator who is none."""

import psycopg
import pytest
from psycopg import errors, sql

from astra.core.project.database import APP, OWNER, SYSTEM, database_name, databases, role_password
from astra.core.project.postgresql.provision import BLANK, ServerTooOld, enter, provision

ROLES = (OWNER, APP, SYSTEM)


@pytest.fixture
def installation(server, monkeypatch):
    monkeypatch.setenv("ASTRA_HOME", str(server.home))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("DATABASE_URL_FILE", raising=False)
    monkeypatch.delenv("ASTRA_DATABASE_NAME", raising=False)
    provision(server.administrator_url, "astra", with_tests=False)
    return server


def connect(server, role, *, database="astra", password=None):
    return psycopg.connect(
        host="127.0.0.1", port=server.port, user=role, password=password or role_password(role), dbname=database, autocommit=True
    )


def attributes(server):
    with psycopg.connect(server.administrator_url) as connection:
        return {
            name: rest
            for name, *rest in connection.execute(
                "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication, rolinherit, rolcanlogin"
                " FROM pg_roles WHERE rolname = ANY(%s)",
                [list(ROLES)],
            )
        }


def test_provisioning_again_changes_nothing(installation):
    def everything():
        with psycopg.connect(installation.administrator_url, dbname="astra") as connection:
            return (
                connection.execute("SELECT datname, datdba, datacl::text FROM pg_database WHERE datname = 'astra'").fetchall(),
                connection.execute("SELECT nspacl::text FROM pg_namespace WHERE nspname = 'public'").fetchall(),
                connection.execute("SELECT defaclobjtype, defaclacl::text FROM pg_default_acl ORDER BY 1").fetchall(),
                connection.execute("SELECT roleid, member FROM pg_auth_members ORDER BY 1, 2").fetchall(),
                attributes(installation),
            )

    before = everything()
    passwords = [role_password(role) for role in ROLES]
    provision(installation.administrator_url, "astra", with_tests=False)
    assert everything() == before
    assert [role_password(role) for role in ROLES] == passwords
    for role in ROLES:
        connect(installation, role).close()


def test_no_role_has_a_power_it_does_not_need(installation):
    nothing_but_login = [False, False, False, False, False, True, True]
    assert attributes(installation) == {
        OWNER: nothing_but_login,
        SYSTEM: nothing_but_login,
        APP: [False, False, False, False, False, False, True],  # inherits nothing either
    }
    assert len({role_password(role) for role in ROLES}) == 3
    for role in ROLES:
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            connect(installation, role, password="wrong")


def test_what_each_role_may_do(installation):
    with connect(installation, OWNER) as owner:
        owner.execute("CREATE TABLE thing (id bigserial PRIMARY KEY, word text)")
    with connect(installation, APP) as app:
        app.execute("INSERT INTO thing (word) VALUES ('a'), ('b')")
        app.execute("UPDATE thing SET word = 'c' WHERE word = 'b'")
        app.execute("DELETE FROM thing WHERE word = 'c'")
        for statement in (
            "CREATE TABLE mine (id int)",
            "ALTER TABLE thing ADD COLUMN more int",
            "ALTER TABLE thing DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE thing DISABLE TRIGGER ALL",
            "DROP TABLE thing",
            "TRUNCATE thing",
            "SET ROLE astra_owner",
            "SET session_replication_role = replica",
            "CREATE ROLE other",
            "CREATE DATABASE other",
            "COPY thing TO PROGRAM 'cat'",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                app.execute(statement)
        app.execute("SET ROLE astra_system")  # the one step it may take
        assert app.execute("SELECT word FROM thing").fetchall() == [("a",)]
        with pytest.raises(errors.InsufficientPrivilege):
            app.execute("INSERT INTO thing (word) VALUES ('d')")
    with connect(installation, SYSTEM) as system:
        assert system.execute("SELECT count(*) FROM thing").fetchone() == (1,)
        for statement in (
            "INSERT INTO thing (word) VALUES ('d')",
            "UPDATE thing SET word = 'd'",
            "DELETE FROM thing",
            "SELECT nextval('thing_id_seq')",
            "CREATE TABLE mine (id int)",
            "SET ROLE astra_app",
            "SET ROLE astra_owner",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                system.execute(statement)
    with psycopg.connect(installation.administrator_url, dbname="astra") as administrator:
        owned = administrator.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE rolname IN ('astra_app', 'astra_system')"
        ).fetchone()
    assert owned == (0,)


@pytest.mark.parametrize("brings_its_database", [False, True])
def test_an_administrator_who_may_only_create_roles_and_databases_is_enough(home, monkeypatch, brings_its_database):
    """As on a managed server: no superuser, perhaps with a database that exists already and belongs to him."""
    from astra.core.project.postgresql.server import Server
    from astra.core.project.tests.conftest import free_port

    monkeypatch.setenv("ASTRA_HOME", str(home))
    server = Server(home=home, port=free_port(), durable=False)
    server.ensure_running()
    with psycopg.connect(server.administrator_url, autocommit=True) as root:
        root.execute("CREATE ROLE managed LOGIN CREATEROLE CREATEDB PASSWORD 'given'")
        if brings_its_database:
            root.execute("CREATE DATABASE shop OWNER managed")
    url = f"postgresql://managed:given@127.0.0.1:{server.port}/shop"
    for _ in range(2):
        provision(url, "shop", with_tests=True)
    with connect(server, OWNER, database="shop") as owner:
        owner.execute("CREATE TABLE thing (id int)")
    with connect(server, APP, database="shop") as app:
        app.execute("INSERT INTO thing VALUES (1)")
    with connect(server, SYSTEM, database="shop") as system:
        assert system.execute("SELECT * FROM thing").fetchall() == [(1,)]
    # What tests do: a copy of the template, sessions in it, and its end.
    name = sql.Identifier("copied")
    with enter(url, "shop") as managed:
        managed.execute(sql.SQL("CREATE DATABASE {} OWNER astra_owner TEMPLATE {}").format(name, sql.Identifier(BLANK)))
        with connect(server, APP, database="copied"):
            managed.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
    assert set(map(tuple, attributes(server).values())) == {
        (False, False, True, False, False, True, True),
        (False, False, False, False, False, True, True),
        (False, False, False, False, False, False, True),
    }


def test_an_old_server_is_refused(installation, monkeypatch):
    monkeypatch.setattr("astra.core.project.postgresql.provision.OLDEST", 990000)
    with pytest.raises(ServerTooOld, match="18"):
        provision(installation.administrator_url, "astra", with_tests=False)


def test_a_given_address_reaches_django_with_its_parameters(installation, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://root:p%40ss@db.example:6432/my%20shop?sslmode=require&application_name=astra")
    found = databases(1, "test")
    assert database_name() == "my shop"
    for alias, role in (("default", APP), ("owner", OWNER)):
        assert found[alias]["NAME"] == "my shop"
        assert (found[alias]["HOST"], found[alias]["PORT"], found[alias]["USER"]) == ("db.example", "6432", role)
        assert found[alias]["OPTIONS"]["sslmode"] == "require"
        assert "p@ss" not in str(found)


def test_machines_that_share_a_database_share_the_roles_passwords(installation, monkeypatch, tmp_path):
    monkeypatch.setenv("ASTRA_DATABASE_SECRET", "shared by all machines")
    first = [role_password(role) for role in ROLES]
    monkeypatch.setenv("ASTRA_HOME", str(tmp_path / "another machine"))
    assert [role_password(role) for role in ROLES] == first
    assert len(set(first)) == 3
