"""Whom the factory deals with: customers, the dealer tree, suppliers, their places and people."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q, Subquery

from sanbao.kernel.actor import Actor
from sanbao.kernel.keeping import InUse
from sanbao.kernel.lifecycle import Subject
from sanbao.kernel.words import Vocabulary
from sanbao.parties.models.house import Bilingual, Dated, Person, period


class ContactState(Vocabulary):
    IN_USE = "in_use", "在用", "In use"
    RETIRED = "retired", "已停用", "Retired"
    ERASED = "erased", "已删除个人信息", "Personal data erased"


class RegionKind(Vocabulary):
    PROVINCE = "province", "省级行政区", "Province-level division"
    COUNTRY = "country", "国家或地区", "Country or territory"


class DealerKind(Vocabulary):
    GENERAL_AGENT = "general_agent", "总经销", "General agent"
    DEALER = "dealer", "经销商", "Dealer"
    OUTLET = "outlet", "网点", "Outlet"


class Category(Vocabulary):
    DOMESTIC = "domestic", "国内", "Domestic"
    EXPORT = "export", "出口", "Export"
    CONSUMER = "consumer", "消费者", "Consumer"


class SiteKind(Vocabulary):
    BUILDING = "building", "建筑工程", "Building"
    PLANT = "plant", "厂房", "Plant"
    PROJECT = "project", "项目", "Project"


class Region(Bilingual):
    """A province-level division of China (``CN-GD``, ISO 3166-2) or a country (``VN``, ISO 3166-1)."""

    kind = models.CharField(max_length=10)
    name_key = models.CharField(max_length=80, db_index=True)

    class Meta:
        ordering = ("-kind", "code")


class Territory(models.Model):
    """The salesperson responsible for a region (业务员), for all product lines or for one (C-08)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="territories")
    region = models.ForeignKey(Region, models.PROTECT, related_name="territories")
    product_line = models.CharField(max_length=40, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = Dated.as_manager()

    class Meta:
        ordering = ("region__code", "product_line", "-since", "pk")

    def __str__(self) -> str:
        return f"{self.region} {self.product_line} {period(self.since, self.until)}"


def own(actor: Actor, link: str) -> Subquery:
    """The id of the outsider for whom the actor logs in: his dealer, supplier or customer."""
    return Subquery(Person.objects.filter(pk=actor.person_id).values(link)[:1])


class DealerQuerySet(models.QuerySet["Dealer"]):
    def visible_to(self, actor: Actor) -> Self:
        """Staff see every dealer; a dealer's people see their own dealer and what stands below (M-02)."""
        if actor.may("parties.see"):
            return self.all()
        return self.filter(pk__in=Dealer.below(own(actor, "dealer")))

    def serving(self, day: date) -> Self:
        open_end = Q(until__isnull=True) | Q(until__gte=day)
        open_start = Q(since__isnull=True) | Q(since__lte=day)
        return self.filter(open_end, open_start, state=InUse.IN_USE)


class Dealer(Subject):
    """A node of the service network: general agent → dealer → outlet (N-01)."""

    KIND = "dealer"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=120, db_index=True)
    kind = models.CharField(max_length=20, default=DealerKind.DEALER.value)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="dealers")
    city = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=200, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    hotline = models.CharField(max_length=60, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    objects = DealerQuerySet.as_manager()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/parties/dealers/{self.pk}"

    @staticmethod
    def below(dealer: int | Subquery) -> models.QuerySet[DealerReach, int]:
        """Ids of a dealer and all that stand below it, as a subquery."""
        return DealerReach.objects.filter(above=dealer).values("dealer")


class DealerReach(models.Model):
    """The dealer tree unrolled: every dealer with itself and each one above it.

    Derived from ``Dealer.parent`` by ``actions.retie`` in the same transaction, so that "everything of
    my subtree" is one indexed subquery in any other table's filter.
    """

    above = models.ForeignKey(Dealer, models.CASCADE, related_name="reach")
    dealer = models.ForeignKey(Dealer, models.CASCADE, related_name="reached_from")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("above", "dealer"), name="dealer_reach_once")]


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, actor: Actor) -> Self:
        """Staff see every customer, a dealer those of his subtree, a customer himself (M-02)."""
        if actor.may("parties.see"):
            return self.all()
        return self.filter(Q(pk=own(actor, "customer")) | Q(dealer__in=Dealer.below(own(actor, "dealer"))))


class Customer(Subject):
    """One who buys or uses the goods. Any one way to reach him is enough, none is allowed (pain 13)."""

    KIND = "customer"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=120, db_index=True)
    category = models.CharField(max_length=10, default=Category.DOMESTIC.value)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="customers")
    city = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=200, blank=True)
    phones = models.CharField(max_length=200, blank=True)
    fax = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    dealer = models.ForeignKey(Dealer, models.PROTECT, null=True, blank=True, related_name="customers")

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name or self.code

    def get_absolute_url(self) -> str:
        return f"/parties/customers/{self.pk}"


class SupplierQuerySet(models.QuerySet["Supplier"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.all() if actor.may("parties.see") else self.filter(pk=own(actor, "supplier"))


class Supplier(Subject):
    KIND = "supplier"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=120, db_index=True)
    supplies = models.CharField(max_length=200, blank=True)

    objects = SupplierQuerySet.as_manager()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/parties/suppliers/{self.pk}"


class SiteQuerySet(models.QuerySet["Site"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.may("parties.see"):
            return self.all()
        return self.filter(customer__in=Customer.objects.visible_to(actor).values("pk"))


class Site(Subject):
    """A building, plant or project of a customer, where delivered lots and machines are (N-04)."""

    KIND = "site"

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="sites")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, default=SiteKind.PROJECT.value)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="sites")
    city = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=200, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ("customer__code", "name", "pk")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/parties/sites/{self.pk}"


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.may("parties.see"):
            return self.all()
        customers = Customer.objects.visible_to(actor).values("pk")
        return self.filter(
            Q(customer__in=customers)
            | Q(site__customer__in=customers)
            | Q(dealer__in=Dealer.below(own(actor, "dealer")))
            | Q(supplier=own(actor, "supplier"))
        )


class Contact(Subject):
    """A person to talk to at a customer, dealer, supplier or site. Personal data: can be erased."""

    KIND = "contact"

    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="contacts")
    dealer = models.ForeignKey(Dealer, models.PROTECT, null=True, blank=True, related_name="contacts")
    supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, blank=True, related_name="contacts")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="contacts")
    name = models.CharField(max_length=80)
    duty = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    fax = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=200, blank=True)

    OWNERS = ("customer", "dealer", "supplier", "site")

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return f"/parties/contacts/{self.pk}"

    @property
    def owner(self) -> Customer | Dealer | Supplier | Site:
        """The one party or place at which this person is met."""
        return next(found for name in self.OWNERS if (found := getattr(self, name)))


class Number(models.Model):
    """A telephone number by which a customer or his contact is found while the phone still rings."""

    digits = models.CharField(max_length=20, db_index=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="numbers")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="numbers")

    class Meta:
        ordering = ("pk",)
