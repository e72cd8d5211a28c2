"""The closed lists of the complaints room."""

from __future__ import annotations

from sanbao.kernel.words import Vocabulary


class State(Vocabulary):
    REGISTERED = "registered", "已受理", "Registered"
    EXPLAINED = "explained", "已解释", "Explained"
    FED_BACK = "fed_back", "已反馈", "Fed back"
    SAMPLING = "sampling", "待样品", "Awaiting sample"
    INSPECTING = "inspecting", "检验中", "Under inspection"
    INSPECTED = "inspected", "待分级", "To be graded"
    GRADED = "graded", "待处理意见", "Opinion due"
    DECIDED = "decided", "处理中", "In action"
    ANSWERED = "answered", "待用户意见", "Awaiting the user's view"
    HEARD = "heard", "待回访", "To be called back"
    CLOSED = "closed", "已关闭", "Closed"
    CANCELLED = "cancelled", "已撤销", "Cancelled"
    DUPLICATE = "duplicate", "重复", "Duplicate"


ENDED = frozenset({State.CLOSED, State.CANCELLED, State.DUPLICATE})
OPEN = frozenset(set(State) - ENDED)


class Matter(Vocabulary):
    """What kind of case it is. A question expresses no dissatisfaction: no grade, no form, no responsibility (W-09)."""

    COMPLAINT = "complaint", "投诉", "Complaint"
    QUESTION = "question", "使用咨询", "Usage question"


class Resolution(Vocabulary):
    """How a usage question ends (W-09)."""

    ANSWERED = "answered", "答复即可", "An answer is enough"
    ONSITE = "onsite", "上门服务", "On-site service"


class Source(Vocabulary):
    """C-02: whom the information came from."""

    USER = "user", "用户", "User"
    DEALER = "dealer", "经销商", "Dealer"
    SPOT_CHECK = "spot_check", "国家监督抽查", "State spot check"
    SALES = "sales", "营销人员收集", "Gathered by sales staff"


class Channel(Vocabulary):
    """C-03: how it came."""

    PHONE = "phone", "电话", "Phone"
    HOTLINE = "hotline", "热线", "Hotline"
    VISIT = "visit", "来访", "Visit"
    LETTER = "letter", "信函", "Letter"
    FAX = "fax", "传真", "Fax"
    EMAIL = "email", "电子邮件", "E-mail"
    WEB = "web", "网页", "Web"
    QR = "qr", "扫码", "Label's QR code"
    MESSAGE = "message", "即时消息", "Instant message"


#: C-06: what is said must be read back.
ORAL = frozenset({Channel.PHONE, Channel.HOTLINE, Channel.VISIT})


class Stage(Vocabulary):
    """U-07: where the contract stands."""

    UNKNOWN = "", "未注明", "Not stated"
    DURING = "during", "合同履行中", "During performance"
    AFTER = "after", "合同履行后", "After performance"


class Widespread(Vocabulary):
    """C-09: the system proposes, a person confirms or rejects."""

    NO = "no", "个别", "Individual"
    PROPOSED = "proposed", "提示较为普遍", "Proposed as widespread"
    CONFIRMED = "confirmed", "较为普遍", "Fairly widespread"
    REJECTED = "rejected", "经确认属个别", "Confirmed individual"


class Spread(Vocabulary):
    """The effect on the market, in the steps of the grading table (C-12)."""

    M1 = "M1", "单件或单批", "Single piece or lot"
    M2 = "M2", "多批、多单或多个用户", "Several lots, orders or users"
    M3 = "M3", "整批、整个工程，或同类多发", "Whole lot or project, or repeated"
    M4 = "M4", "主管部门、媒体、事故或出口索赔", "Authority, media, accident or export claim"


class Grade(Vocabulary):
    A = "A", "A 级", "Grade A"
    B = "B", "B 级", "Grade B"
    C = "C", "C 级", "Grade C"
    D = "D", "D 级", "Grade D"


class Blame(Vocabulary):
    """Where the search along the chain ended (C-16)."""

    DEPARTMENT = "department", "责任部门", "Department"
    SUPPLIER = "supplier", "供方", "Supplier"
    USER = "user", "用户使用或保管", "User's handling"
    CARRIER = "carrier", "承运方", "Carrier"


class DChoice(Vocabulary):
    """C-15: what sales decides about grade D."""

    EXCHANGE = "exchange", "换货", "Exchange"
    GUIDANCE = "guidance", "存档指导", "File as guidance"


class Attitude(Vocabulary):
    """How the user takes the answer (C-11)."""

    ACCEPTS = "accepts", "接受", "Accepts"
    REFUSES = "refuses", "不接受", "Refuses"
    ASKS_MORE = "asks_more", "另有要求", "Asks for more"


class Satisfaction(Vocabulary):
    """W-03: what came of asking."""

    NOT_ASKED = "", "未询问", "Not asked"
    SATISFIED = "satisfied", "满意", "Satisfied"
    NOT_SATISFIED = "not_satisfied", "不满意", "Not satisfied"
    UNREACHABLE = "unreachable", "联系不上", "Not reachable"


class Ending(Vocabulary):
    """Why a case is closed."""

    SATISFIED = "satisfied", "用户满意", "User satisfied"
    UNSATISFIED = "unsatisfied", "未满意关闭", "Closed unsatisfied"
    WITHDRAWN = "withdrawn", "用户撤回", "Withdrawn by the user"
    DUPLICATE = "duplicate", "重复登记", "Entered twice"
    IMPORTED = "imported", "历史台账", "From the old register"


class Audience(Vocabulary):
    """Who a line of the timeline is for; inward ones never leave the house (convention 15)."""

    OUTWARD = "outward", "对外", "With the user"
    INWARD = "inward", "内部", "Internal"
    SYSTEM = "system", "系统", "System"


class PromiseKind(Vocabulary):
    CONTACT = "contact", "答应再联系", "Contact promised"
    VISIT = "visit", "答应上门", "Visit promised"
    PART = "part", "答应寄件", "Part promised"
    OTHER = "other", "其他承诺", "Other promise"


class LinkKind(Vocabulary):
    SPLIT = "split", "拆自", "Split from"
    RELATED = "related", "关联", "Related to"
    DUPLICATE = "duplicate", "重复于", "Duplicate of"


class ConsultationState(Vocabulary):
    """U-02: whether the departments have said what they can do."""

    ASKED = "asked", "征询中", "Departments asked"
    ANSWERED = "answered", "已答齐", "All answered"
    CLOSED = "closed", "已结束", "Concluded"


class Paper(Vocabulary):
    """U-02: what the user has sent before the sale."""

    CONTRACT = "contract", "合同草案", "Draft contract"
    ORDER = "order", "订单", "Order"
    INQUIRY = "inquiry", "询价", "Inquiry"


class Able(Vocabulary):
    """U-02: what a department says to what the user wants."""

    YES = "yes", "能满足", "We can"
    CONDITIONS = "conditions", "有条件满足", "On conditions"
    NO = "no", "不能满足", "We cannot"


class Settling(Vocabulary):
    """How a duty was dealt with outside (W-05)."""

    DONE = "done", "已完成", "Done"
    NOT_NEEDED = "not_needed", "无须办理", "Not needed"


class Waiting(Vocabulary):
    """Why the solution clock stands still (convention 30)."""

    CUSTOMER = "customer", "待客户", "Waiting for the customer"
    SAMPLE = "sample", "待样品", "Waiting for the sample"
    PART = "part", "待备件", "Waiting for a part"
