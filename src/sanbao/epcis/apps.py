from django.apps import AppConfig


class EpcisConfig(AppConfig):
    name = "sanbao.epcis"
    label = "epcis"

    def ready(self) -> None:
        """The trace stands below and asks who was there; the events answer."""
        from sanbao.epcis.witness import EventWitness
        from sanbao.trace.witnesses import witnesses

        if not any(isinstance(witness, EventWitness) for witness in witnesses):
            witnesses.append(EventWitness())
