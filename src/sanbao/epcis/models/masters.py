"""Master data that partners sent along (``epcisHeader``): places and goods, their attributes, what lies below what."""

from __future__ import annotations

from django.db import models


class Element(models.Model):
    """One element of a vocabulary. A later document replaces what an earlier one said of it."""

    key = models.CharField(max_length=200, primary_key=True)
    uri = models.CharField(max_length=1000)
    vocabulary = models.CharField(max_length=200)

    class Meta:
        db_table = "epcis_element"


class Attribute(models.Model):
    """An attribute of an element; the name in full."""

    id = models.BigAutoField(primary_key=True)
    element = models.ForeignKey(Element, models.CASCADE, related_name="attributes")
    name = models.CharField(max_length=200)
    value = models.CharField(max_length=500)

    class Meta:
        db_table = "epcis_attribute"
        indexes = [models.Index(fields=["name", "value"], name="epcis_attribute_value")]


class Child(models.Model):
    """``child`` lies directly below ``element``; both are keys, because the child may never have been described."""

    id = models.BigAutoField(primary_key=True)
    element = models.ForeignKey(Element, models.CASCADE, related_name="children")
    child = models.CharField(max_length=200)

    class Meta:
        db_table = "epcis_child"
