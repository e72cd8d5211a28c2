"""Who a factory deals with, and who works in it: people (house), regions, and partners outside."""

from sanbao.parties.models.house import (
    Assignment,
    Delegation,
    Department,
    Person,
    PersonState,
    Post,
)
from sanbao.parties.models.partners import (
    Category,
    Contact,
    ContactState,
    Customer,
    Dealer,
    DealerKind,
    DealerReach,
    Number,
    Region,
    RegionKind,
    Site,
    SiteKind,
    Supplier,
    Territory,
)

__all__ = [
    "Assignment",
    "Category",
    "Contact",
    "ContactState",
    "Customer",
    "Dealer",
    "DealerKind",
    "DealerReach",
    "Delegation",
    "Department",
    "Number",
    "Person",
    "PersonState",
    "Post",
    "Region",
    "RegionKind",
    "Site",
    "SiteKind",
    "Supplier",
    "Territory",
]
