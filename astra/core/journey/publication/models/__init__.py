from astra.core.journey.publication.models.publication import Publication

__all__ = ["Publication"]
