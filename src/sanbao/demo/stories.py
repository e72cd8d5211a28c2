"""What the demonstration's users complained of in the last weeks, and how far each matter has come.

A story names no code of the genealogy: ``goods`` says which delivery it is about, and ``play`` finds a label.
"""

from __future__ import annotations

from dataclasses import dataclass

from sanbao.demo.ledgers import BAD, GAP


@dataclass(frozen=True)
class Story:
    """One complaint: so many working ``days`` ago at ``hour``, by whom, in which words, played until which scene.

    ``goods`` is a mark of the ledgers (``BAD``, ``GAP``) or how the product's code begins; ``course`` names the
    order of scenes in ``play.COURSES``; ``blame`` is a department, or a supplier as ``supplier:G05``, or ``user``.
    """

    days: int
    hour: str
    channel: str
    title: str
    said: str
    until: str = ""
    course: str = "main"
    goods: str = ""
    customer: str = ""
    caller: str = "采购部联系人"
    source: str = "user"
    fault: str = ""
    quality: bool = True
    severity: str = "S2"
    spread: str = "M1"
    found: str = ""
    blame: str = "production"
    opinion: str = ""
    view: str = ""
    demand: str = ""
    by: str = "after-sales-1"


POWDER = "涂层附着力：划格 2 级，膜厚 42 µm，低于合同约定的 60 µm；同一喷涂批三处测点一致。"

STORIES: tuple[Story, ...] = (
    # -- the same bad powder: what makes C-09 speak and the trace worth looking at ------------------------
    Story(
        16, "09:20", "phone", "喷涂层划格后掉粉", "三支料划格以后整片掉粉，剩下的还没敢上墙，请尽快派人来看。",
        "close", goods=BAD, fault="Q3-P05", severity="S3", spread="M3", found=POWDER,
        blame="supplier:G05", opinion="同批停止发货，对在库料逐批复验；用户手中未用料全数更换。",
        view="接受换货，希望下周内到货。", demand="更换未上墙的料",
    ),
    Story(
        4, "14:05", "message", "搬运中涂层成片脱落", "工人搬料时一碰就掉漆，打开三包都一样。",
        "answer", goods=BAD, fault="Q3-P05", severity="S3", spread="M3", found=POWDER,
        blame="supplier:G05", opinion="与先前同批一并处理，更换并回收余料。", demand="全部更换", caller="仓库联系人",
    ),
    Story(
        3, "10:40", "email", "表面粉化，窗户已装上一层",
        "已经安装一层楼，擦拭后掉粉，业主不肯验收。要求给出书面说明。",
        "grade", goods=BAD, fault="Q3-P05", severity="S3", spread="M3", found=POWDER, demand="书面说明",
    ),
    Story(
        4, "14:30", "phone", "喷涂层偏薄，划格后掉粉", "三支料划格后整片掉粉，剩余约 1.2 吨未上墙，要求尽快来人看样。",
        goods=BAD, course="chased", fault="Q3-P05", demand="来人看样", caller="生产部联系人",
    ),
    Story(
        1, "16:10", "hotline", "涂层起皮", "角码位置涂层起皮，用指甲能刮下来。",
        "feedback", goods=BAD, fault="Q3-P05", caller="车间联系人", by="after-sales-2",
    ),
    # -- one of each state -------------------------------------------------------------------------------
    Story(
        24, "08:50", "phone", "立柱长度短了 12 mm", "定尺 5800，量下来 5788，六支都短。",
        "close", goods="YQ1", fault="Q2-P05", severity="S2", found="抽 10 支，长 5787–5789 mm，超出定尺允许偏差。",
        opinion="补发六支；锯切工段核对定尺挡块。", view="收到补料，满意。", demand="补发六支",
    ),
    Story(
        22, "15:25", "fax", "随货合格证缺页", "两包料没有合格证，监理不让进场。",
        "close", fault="Q4-P04", severity="S2", found="查包装记录，漏放合格证。",
        opinion="当日补寄合格证原件，包装线增加清点。", view="已收到，没有意见。", demand="补寄合格证",
        caller="资料员", by="after-sales-2",
    ),
    Story(
        5, "11:15", "visit", "氧化料颜色深浅不一", "同一批幕墙立柱装上去颜色不一样，一眼看得出来。",
        "view", goods="YQ1", fault="Q3-P03", severity="S2", spread="M2", found="色差 ΔE 1.9，超出封样 ΔE 1.0。",
        opinion="按封样挑选更换；氧化槽液浓度每班记录。", view="同意更换，但对停工一天有意见。",
        demand="更换色差料", caller="项目部联系人",
    ),
    Story(
        4, "09:45", "letter", "型材弯曲，无法组框", "每支中间弯 4 到 5 毫米，组框合不上。",
        "opinion", goods="YM60", fault="Q2-P03", severity="S3", spread="M1", found="弯曲度 3.8 mm/m，超出允许值。",
        opinion="整批更换，核查拉直工序与堆放。", demand="更换",
    ),
    Story(
        8, "13:50", "phone", "硬度不够，螺钉打滑", "打自攻钉滑丝，怀疑没有时效好。",
        "trace", goods=GAP, fault="Q1-P03", severity="S4", spread="M1",
        found="韦氏硬度 6.0 HW，合同约定不低于 8 HW；该随行卡缺时效日期。", demand="鉴定并更换",
    ),
    Story(
        3, "10:05", "letter", "监督抽查：横梁壁厚不合格", "抽查结果：幕墙横梁壁厚最薄 1.22 mm，标称 1.40 mm。",
        "grade", goods="YQ120-04", source="spot_check", caller="抽查机构", fault="G1", severity="S3", spread="M4",
        found="壁厚 1.21–1.26 mm，低于图纸 1.40 mm。",
    ),
    Story(
        3, "15:35", "phone", "氧化膜有白斑", "雨后出现白斑，擦不掉。",
        "inspect", goods="YM50-02", fault="Q3-P08", severity="S3", demand="查明原因", by="after-sales-2",
        found="封孔失重 42 mg/dm²，超过约定的 30 mg/dm²。",
    ),
    Story(
        1, "09:10", "email", "Anodised surface scratched",
        "Several bars show deep scratches under the film, photos attached.",
        "send", customer="K030", fault="Q3-P01", demand="Replacement", caller="Purchasing contact",
        by="export-after-sales",
    ),
    Story(
        1, "11:30", "visit", "包装破损，端头碰伤", "两捆外包装破了，端头碰伤十几支。",
        "register", fault="Q4-P03", demand="更换碰伤料", caller="仓库联系人",
    ),
    Story(
        2, "08:35", "phone", "开孔处有毛刺", "加工孔毛刺多，装配划手。",
        goods="YG", fault="Q2", caller="车间联系人", by="after-sales-2", course="unconfirmed",
    ),
    Story(
        1, "15:55", "phone", "料长不一，锯口不齐", "同一捆里长短差 3 毫米。",
        fault="Q2-P05", by="office", course="office",
    ),
    Story(
        1, "14:20", "phone", "少了六支", "点数少六支，送货单上写的是够的。",
        fault="L1-P02", quality=False, course="explained", found="司机回执在另一车，当晚补到。",
    ),
    Story(
        15, "10:55", "phone", "发来的不是我们订的型号", "订的平开窗料，来了推拉窗料。",
        fault="L1-P03", quality=False, course="quick", demand="换回型号", caller="仓库联系人", source="dealer",
        found="提货单与标签型号不一致，错发一捆；当日换回。", view="处理得快，满意。",
    ),
    Story(
        3, "09:30", "message", "料面有油污", "料面一层油，擦不干净，担心影响打胶。",
        "grade", fault="Q3", blame="user", severity="S1", spread="M1",
        found="油污为用户车间切削液，去除后表面完好，未证实为出厂问题。", demand="说明清洁办法",
    ),
    Story(
        4, "15:15", "email", "膜厚检测报告不一致", "第三方报告膜厚 8 微米，你们报告 11 微米。",
        goods="YQ150", fault="Q3-P04", severity="S2", spread="M2", course="lost", demand="复检",
    ),
    Story(
        21, "16:20", "phone", "门料关不严", "装好以后缝大，关不严。",
        goods="YM90", fault="U1", blame="user", severity="S1", spread="M1", found="现场为安装间隙不当，型材尺寸合格。",
        opinion="附安装说明，派服务工程师指导。", view="第一次处理不满意，指导后满意。", demand="上门指导",
        course="twice",
    ),
    Story(
        8, "13:40", "hotline", "一捆料颜色标签贴错", "标签是灰色，打开是白色。",
        goods="YM70", fault="Q4-P01", severity="S2", found="标签贴错一捆，已核对喷码。",
        opinion="补发正确颜色，标签打印与包装双人核对。", view="可以。", demand="补发", course="silent",
        caller="门店联系人",
    ),
    Story(
        1, "09:05", "phone", "开票型号写错，又问送货时间", "发票型号写错了；另外下批什么时候送？",
        fault="O1", quality=False, demand="重开发票", course="split", caller="财务联系人",
    ),
    Story(
        8, "10:20", "phone", "窗料颜色与样板不同", "与样板比对颜色偏深，要求退货。",
        fault="Q3-P03", course="withdrawn", found="用户核对后确认拿错样板，撤回投诉。", demand="退货",
    ),
    Story(
        2, "09:50", "message", "涂层掉粉（经销商再次反映）", "用户又打电话给我们，还是那批掉粉的料。",
        goods=BAD, source="dealer", fault="Q3-P05", course="duplicate", caller="经销商联系人",
    ),
    # -- light entries: explained, satisfied, counted -----------------------------------------------------
    Story(
        10, "11:45", "message", "型材存放要注意什么", "露天放两天行不行？", fault="U1", quality=False,
        course="light", found="说明不可露天，垫高、防潮、拆封后尽快使用。",
    ),
    Story(
        6, "10:30", "phone", "送货司机态度急", "司机催卸货，态度不好。", fault="V1", quality=False,
        course="light", found="道歉并说明，已转储运提醒。", by="sales-east",
    ),
)  # fmt: skip
