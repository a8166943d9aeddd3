"""The offline Discord and the live world for the tests of this stage."""

from astra.core.journey.instances.tests.stage import stage

__all__ = ["stage"]
