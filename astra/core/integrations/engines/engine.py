"""Chooses an engine by its name: adapters are never imported by those who use them."""

from functools import cache
from importlib import import_module

from django.conf import settings

from astra.core.integrations.engines.port import Engine

# name → where its adapter is made
ADAPTERS = {
    "none": ("astra.core.integrations.engines.none", "NoEngine"),
    "docker": ("astra.core.integrations.engines.docker", "DockerEngine"),
    "kubernetes": ("astra.core.integrations.engines.kubernetes", "KubernetesEngine"),
    "local": ("astra.core.integrations.engines.local", "LocalEngine"),
    "pool": ("astra.core.integrations.engines.pool", "PoolEngine"),
}


class UnknownEngine(LookupError):
    """An instance names an engine that this installation does not have."""


@cache
def engine(name: str) -> Engine:
    """The engine of a name. Raises UnknownEngine."""
    if name not in ADAPTERS:
        raise UnknownEngine(name)
    module, made_by = ADAPTERS[name]
    adapter: Engine = getattr(import_module(module), made_by)()
    return adapter


def installed_engines() -> list[str]:
    """The names of the engines that this installation has: what ``ASTRA_ENGINES`` names and an adapter exists for."""
    return [name for name in ADAPTERS if name in settings.ASTRA_ENGINES]


def engines_with_processes() -> list[str]:
    """The names of the engines that the supervisor has to look after."""
    return [name for name in installed_engines() if engine(name).has_processes]
