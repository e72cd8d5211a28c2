"""What the use cases of people and partners ask, for page and API alike."""

from __future__ import annotations

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from sanbao.kernel.faces import ActForm, face
from sanbao.kernel.kept_forms import CodeField, KeptForm
from sanbao.kernel.lifecycle import Lifecycle
from sanbao.kernel.words import W
from sanbao.parties import actions
from sanbao.parties.lifecycle import CONTACT, CUSTOMER, DEALER, PERSON, SITE, SUPPLIER
from sanbao.parties.models import (
    Assignment,
    Category,
    Customer,
    Dealer,
    DealerKind,
    Delegation,
    Department,
    Person,
    Post,
    Region,
    Site,
    SiteKind,
    Supplier,
    Territory,
)

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]


def text(zh: str, en: str, length: int, **options: object) -> forms.CharField:
    return forms.CharField(label=W(zh, en), max_length=length, **{"required": False, **options})  # type: ignore[arg-type]


def day(zh: str, en: str, **options: object) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=W(zh, en), widget=picker, **{"required": False, **options})  # type: ignore[arg-type]


def email() -> forms.EmailField:
    return forms.EmailField(label=W("电子邮箱", "E-mail"), required=False, max_length=254)


def region(**options: object) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Region.objects.all(),
        to_field_name="code",
        label=W("省份/国家", "Province or country"),
        **{"required": False, **options},  # type: ignore[arg-type]
    )


def degrees(zh: str, en: str, limit: int) -> forms.DecimalField:
    return forms.DecimalField(
        label=W(zh, en),
        required=False,
        max_digits=9,
        decimal_places=6,
        validators=[MinValueValidator(-limit), MaxValueValidator(limit)],
    )


def colleagues(zh: str, en: str, **options: object) -> forms.ModelChoiceField:
    """Someone of the house who can be given work now."""
    people = Person.objects.employed().filter(dealer=None, supplier=None, customer=None)
    return forms.ModelChoiceField(people, to_field_name="username", label=W(zh, en), **options)  # type: ignore[arg-type]


def dealer_field(zh: str = "经销商代码", en: str = "Dealer code") -> CodeField:
    return CodeField(Dealer, kind=DEALER.title, label=W(zh, en), required=False)


def customer_field(required: bool = False) -> CodeField:
    return CodeField(Customer, kind=CUSTOMER.title, label=W("客户代码", "Customer code"), required=required)


def code_field(hint: W | None = None, required: bool = True) -> forms.CharField:
    return text("代码", "Code", 40, required=required, help_text=hint or W("启用后不再更改。", "Never changes later."))


# -- partners ---------------------------------------------------------------------------------------


@face(CUSTOMER, "edit", actions.edit_customer)
class CustomerForm(KeptForm):
    name = text("名称", "Name", 120, required=True)
    category = forms.ChoiceField(label=W("类别", "Category"), choices=Category.pairs, initial=Category.DOMESTIC)
    region = region()
    city = text("城市", "City", 60)
    address = text("地址", "Address", 200)
    phones = text("电话", "Telephone", 200, help_text=W("多个号码用“/”分开。", "Separate several with “/”."))
    fax = text("传真", "Fax", 60)
    email = email()
    dealer = dealer_field()


@face(CUSTOMER, "open", actions.register_customer)
class NewCustomerForm(CustomerForm):
    code = code_field(W("可空，由系统编号；启用后不再更改。", "May be empty: the house numbers it."), required=False)
    field_order = ("code",)


@face(DEALER, "edit", actions.edit_dealer)
class DealerForm(KeptForm):
    name = text("名称", "Name", 120, required=True)
    kind = forms.ChoiceField(label=W("类型", "Kind"), choices=DealerKind.pairs, initial=DealerKind.DEALER)
    parent = dealer_field("上级代码", "Code of the one above")
    region = region()
    city = text("城市", "City", 60)
    address = text("地址", "Address", 200)
    hotline = text("热线", "Hotline", 60)
    latitude = degrees("纬度", "Latitude", 90)
    longitude = degrees("经度", "Longitude", 180)
    since = day("开始日期", "From")
    until = day("结束日期", "Until")


@face(DEALER, "open", actions.register_dealer)
class NewDealerForm(DealerForm):
    code = code_field()
    field_order = ("code",)


@face(SUPPLIER, "edit", actions.edit_supplier)
class SupplierForm(KeptForm):
    name = text("名称", "Name", 120, required=True)
    supplies = text("主供", "Supplies", 200)


@face(SUPPLIER, "open", actions.register_supplier)
class NewSupplierForm(SupplierForm):
    code = code_field()
    field_order = ("code",)


@face(SITE, "edit", actions.edit_site)
class SiteForm(KeptForm):
    name = text("名称", "Name", 120, required=True)
    kind = forms.ChoiceField(label=W("类型", "Kind"), choices=SiteKind.pairs, initial=SiteKind.PROJECT)
    region = region()
    city = text("城市", "City", 60)
    address = text("地址", "Address", 200)
    latitude = degrees("纬度", "Latitude", 90)
    longitude = degrees("经度", "Longitude", 180)


@face(SITE, "open", actions.register_site)
class NewSiteForm(SiteForm):
    customer = customer_field(required=True)
    field_order = ("customer",)


@face(CONTACT, "edit", actions.edit_contact)
class ContactForm(KeptForm):
    hint = W("电话、传真、邮箱、地址至少填一项。", "Give a telephone or fax number, an e-mail or an address.")

    name = text("姓名", "Name", 80, required=True)
    duty = text("职务", "Duty", 80)
    phone = text("电话", "Telephone", 60)
    fax = text("传真", "Fax", 60)
    email = email()
    address = text("地址", "Address", 200)


@face(CONTACT, "open", actions.register_contact)
class NewContactForm(ContactForm):
    customer = customer_field()
    dealer = dealer_field()
    supplier = CodeField(Supplier, kind=SUPPLIER.title, label=W("供应商代码", "Supplier code"), required=False)
    site = forms.ModelChoiceField(Site.objects.none(), label=W("现场", "Site"), required=False)
    field_order = ("customer", "dealer", "supplier", "site")

    def prepare(self) -> None:
        """On a party's own page only that party is asked for, and it is filled in."""
        super().prepare()
        if self.by is not None:
            self.fields["site"].queryset = Site.objects.visible_to(self.by)  # type: ignore[attr-defined]
        if given := set(self.initial) & set(self.field_order):
            for name in set(self.field_order) - given:
                del self.fields[name]


@face(CUSTOMER, "erase", actions.erase_customer)
@face(CONTACT, "erase", actions.erase_contact)
class EraseForm(ActForm):
    hint = W(
        "个人信息将被永久删除，不能恢复；单据编号与处理过程保留。",
        "The personal data goes for good; numbers and decisions stay.",
    )


class SureForm(ActForm):
    """Nothing is asked but whether it is meant."""


ENDS: list[tuple[Lifecycle, str, object]] = [
    (CUSTOMER, "retire", actions.retire_customer),
    (CUSTOMER, "restore", actions.restore_customer),
    (DEALER, "retire", actions.retire_dealer),
    (DEALER, "restore", actions.restore_dealer),
    (SUPPLIER, "retire", actions.retire_supplier),
    (SUPPLIER, "restore", actions.restore_supplier),
    (SITE, "retire", actions.retire_site),
    (SITE, "restore", actions.restore_site),
    (CONTACT, "retire", actions.retire_contact),
    (CONTACT, "restore", actions.restore_contact),
    (PERSON, "reactivate", actions.reactivate),
    (PERSON, "reset_password", actions.reset_password),
]
for _lifecycle, _name, _action in ENDS:
    face(_lifecycle, _name, _action)(SureForm)  # type: ignore[arg-type]


# -- people -----------------------------------------------------------------------------------------


def department() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Department.objects.all(), to_field_name="code", label=W("部门", "Department"), required=False
    )


def post() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(Post.objects.all(), to_field_name="code", label=W("岗位", "Post"), required=False)


@face(PERSON, "edit", actions.edit_person)
class PersonForm(KeptForm):
    name = text("姓名", "Name", 80, required=True)
    email = email()
    phone = text("电话", "Telephone", 40)
    language = forms.ChoiceField(label=W("语言", "Language"), choices=LANGUAGES, initial="zh-hans")


@face(PERSON, "open", actions.hire)
class HireForm(PersonForm):
    hint = W(
        "本公司人员填部门和岗位；外部账号只填经销商、供应商或客户之一。",
        "Staff have a department and a post; an outsider has one dealer, supplier or customer.",
    )

    username = forms.RegexField(
        r"^[\w.@-]+$",
        label=W("登录名", "Log-in name"),
        max_length=60,
        error_messages={"invalid": W("只用字母、数字、点、横线。", "Letters, digits, dots and dashes only.")},
    )
    department = department()
    post = post()
    since = day("到岗日期", "From")
    dealer = dealer_field()
    supplier = CodeField(Supplier, kind=SUPPLIER.title, label=W("供应商代码", "Supplier code"), required=False)
    customer = customer_field()
    field_order = ("username", "name", "department", "post", "since")

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        if bool(cleaned.get("department")) != bool(cleaned.get("post")):
            missing = "post" if cleaned.get("department") else "department"
            self.add_error(missing, W("部门与岗位须同时填写。", "Give department and post together."))  # type: ignore[arg-type]
        return cleaned


@face(PERSON, "appoint", actions.appoint)
class AppointForm(ActForm):
    department = department()
    post = post()
    since = day("从", "From")
    until = day("至", "Until")

    def prepare(self) -> None:
        self.fields["department"].required = self.fields["post"].required = True


@face(PERSON, "relieve", actions.relieve)
class RelieveForm(ActForm):
    assignment = forms.ModelChoiceField(Assignment.objects.none(), label=W("任职", "Post held"))
    until = day("最后一天", "Last day", help_text=W("空着即为昨天。", "Empty means yesterday."))

    def prepare(self) -> None:
        if self.case is not None:
            held = self.case.assignments.select_related("department", "post")
            self.fields["assignment"].queryset = held.unended()  # type: ignore[attr-defined]


@face(PERSON, "entrust", actions.entrust)
class EntrustForm(ActForm):
    region = region(required=True)
    product_line = text("产品线", "Product line", 40, help_text=W("空着即为全部。", "Empty means all."))
    since = day("从", "From")
    until = day("至", "Until")


@face(PERSON, "release", actions.release)
class ReleaseForm(ActForm):
    territory = forms.ModelChoiceField(Territory.objects.none(), label=W("辖区", "Region"))
    until = day("最后一天", "Last day", help_text=W("空着即为昨天。", "Empty means yesterday."))

    def prepare(self) -> None:
        if self.case is not None:
            held = self.case.territories.select_related("region")
            self.fields["territory"].queryset = held.unended()  # type: ignore[attr-defined]


@face(PERSON, "delegate", actions.delegate)
class DelegateForm(ActForm):
    hint = W("代理期内，代理人同时拥有此人的岗位。", "The substitute holds this person's posts as well in that time.")

    substitute = colleagues("代理人", "Substitute")
    since = day("从", "From", required=True)
    until = day("至", "Until", required=True)
    reason = text("事由", "Reason", 200)


@face(PERSON, "return", actions.end_delegation)
class ReturnForm(ActForm):
    delegation = forms.ModelChoiceField(Delegation.objects.none(), label=W("代理", "Substitution"))

    def prepare(self) -> None:
        if self.case is not None:
            away = self.case.substitutes.select_related("substitute")
            self.fields["delegation"].queryset = away.unended()  # type: ignore[attr-defined]


@face(PERSON, "deactivate", actions.deactivate)
class DeactivateForm(ActForm):
    hint = W("手上的未了事项须有人接手。", "Somebody must take over what is still open.")

    hand_over_to = colleagues("接手人", "Who takes over", required=False)
