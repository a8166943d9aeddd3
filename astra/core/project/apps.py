from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """The composition root: the only place that knows every stage."""

    name = "astra.core.project"
    label = "project"

    def ready(self) -> None:
        from astra.core.foundation import events
        from astra.core.foundation.telemetry.log import configure_log
        from astra.core.project import wiring

        configure_log()
        events.connect(wiring.events())
        wiring.register_purposes()
        wiring.share_budget()
        wiring.register_leaving()
        wiring.register_uses()
