"""The demonstration company: who works there, what it buys, makes and sells. All of it is invented.

People are called by post and a counting sign (甲乙丙丁), telephone numbers begin with 000 and can never ring.
"""

from __future__ import annotations

from dataclasses import dataclass

NAME = "砚河铝业（演示公司）"
TOWN = "砚河镇"


@dataclass(frozen=True)
class Employee:
    """One account: log-in name, shown name, post, regions he sells in; or the outsider for whom he acts."""

    username: str
    name: str
    department: str = ""
    post: str = ""
    regions: tuple[str, ...] = ()
    dealer: str = ""
    supplier: str = ""
    customer: str = ""


EAST = ("CN-SH", "CN-JS", "CN-ZJ", "CN-AH", "CN-FJ", "CN-JX", "CN-SD")
SOUTH = ("CN-GD", "CN-GX", "CN-HI", "CN-HN", "CN-HB", "CN-HK", "CN-MO")
WEST = ("CN-CQ", "CN-SC", "CN-GZ", "CN-YN", "CN-XZ", "CN-SN", "CN-GS", "CN-QH", "CN-NX", "CN-XJ")
NORTH = ("CN-BJ", "CN-TJ", "CN-HE", "CN-SX", "CN-NM", "CN-LN", "CN-JL", "CN-HL", "CN-HA")
ABROAD = ("VN", "TH", "AU", "DE")

PEOPLE: tuple[Employee, ...] = (
    Employee("gm", "总经理甲", "management", "gm"),
    Employee("production-vp", "生产副总甲", "management", "production_vp"),
    Employee("technical-vp", "技术副总甲", "management", "technical_vp"),
    Employee("leader", "主管领导甲", "management", "responsible_leader"),
    Employee("sales-manager", "经营部经理甲", "sales", "department_manager"),
    Employee("sales-east", "华东业务员甲", "sales", "salesperson", EAST),
    Employee("sales-south", "华南业务员乙", "sales", "salesperson", SOUTH),
    Employee("sales-west", "西部业务员丙", "sales", "salesperson", WEST),
    Employee("sales-north", "北方业务员丁", "sales", "salesperson", NORTH),
    Employee("after-sales-1", "售后组甲", "after_sales", "after_sales_clerk"),
    Employee("after-sales-2", "售后组乙", "after_sales", "after_sales_clerk"),
    Employee("service", "服务工程师甲", "after_sales", "service_engineer"),
    Employee("export-manager", "出口部经理甲", "export", "department_manager"),
    Employee("export-sales", "出口业务员戊", "export", "salesperson", ABROAD),
    Employee("export-after-sales", "出口售后甲", "export", "after_sales_clerk"),
    Employee("production-manager", "生产科长甲", "production", "department_manager"),
    Employee("production-clerk", "生产科文员甲", "production", "clerk"),
    Employee("team-leader", "挤压班长甲", "production", "team_leader"),
    Employee("operator", "挤压操作者甲", "production", "operator"),
    Employee("technology-manager", "技术部经理甲", "technology", "department_manager"),
    Employee("technologist", "技术员甲", "technology", "technologist"),
    Employee("qc-manager", "质检科长甲", "qc", "department_manager"),
    Employee("inspector-1", "质检员甲", "qc", "inspector"),
    Employee("inspector-2", "质检员乙", "qc", "inspector"),
    Employee("transport", "储运员甲", "transport", "storekeeper"),
    Employee("warehouse-manager", "仓库主任甲", "warehouse", "department_manager"),
    Employee("storekeeper", "仓管员甲", "warehouse", "storekeeper"),
    Employee("purchaser", "采购员甲", "purchasing", "purchaser"),
    Employee("office", "办公室文员甲", "office", "clerk"),
    Employee("administrator", "系统管理员", "office", "administrator"),
    Employee("dealer", "浙江总经销用户", dealer="YX02"),
    Employee("supplier", "粉末供方用户", supplier="G05"),
    Employee("customer", "门窗厂用户", customer="K004"),
)

#: Material → the suppliers it comes from in turn, specification, kg a delivery.
MATERIALS: dict[str, tuple[tuple[str, ...], str, int]] = {
    "铝锭": (("G01", "G02"), "A00 99.7", 12000),
    "铝硅合金": (("G03", "G04"), "AlSi20", 1200),
    "粉末涂料": (("G05", "G06"), "聚酯 哑光灰", 400),
    "封孔剂": (("G07",), "常温", 200),
}
PRESSES = ("600T-1", "880T-2", "1250T-1", "1800T-3")

MASTER_DATA: dict[str, list[tuple[object, ...]]] = {
    "供应商": [
        ("G01", "岩坪铝锭厂", "铝锭"),
        ("G02", "青杠岭铝锭厂", "铝锭"),
        ("G03", "松塘湾中间合金厂", "铝硅合金"),
        ("G04", "石步中间合金厂", "铝硅合金"),
        ("G05", "鹤顶粉末涂料厂", "粉末涂料"),
        ("G06", "白塔岗粉末涂料厂", "粉末涂料"),
        ("G07", "溪尾化工原料厂", "封孔剂"),
    ],
    "经销商": [
        ("YX01", "华东总经销处", "上海", "", ""),
        ("YX02", "浙江经销处", "浙江", "", "YX01"),
        ("YX03", "江苏经销处", "江苏", "", "YX01"),
        ("YX04", "甬东网点", "浙江", "", "YX02"),
        ("YX05", "华南总经销处", "广东", "", ""),
        ("YX06", "广西经销处", "广西", "", "YX05"),
        ("YX07", "西南总经销处", "四川", "", ""),
        ("YX08", "北方总经销处", "河北", "", ""),
    ],
    "产品": [
        ("YM50-01", "50系列推拉窗料", "喷涂", 0.86, "6063-T5"),
        ("YM50-02", "50系列平开窗料", "氧化", 1.12, "6063-T5"),
        ("YM60-01", "60系列断桥窗料", "喷涂", 1.34, "6063-T5"),
        ("YM60-02", "60系列断桥门料", "喷涂", 1.58, "6063-T5"),
        ("YM80-03", "80系列推拉门料", "喷涂", 1.45, "6063-T5"),
        ("YQ120-01", "120系列幕墙立柱", "氧化", 2.95, "6063-T6"),
        ("YQ120-04", "120系列幕墙横梁", "喷涂", 2.40, "6063-T6"),
        ("YQ150-01", "150系列幕墙立柱", "氧化", 3.60, "6063-T6"),
        ("YG40-01", "40系列工业型材", "氧化", 1.40, "6063-T5"),
        ("YG40-02", "40系列散热器型材", "氧化", 2.10, "6063-T5"),
        ("YM70-01", "70系列窗纱一体料", "喷涂", 1.66, "6063-T5"),
        ("YM90-01", "90系列提升门料", "喷涂", 2.05, "6063-T6"),
    ],
    "客户": [
        ("K001", "澜桥湾门窗厂", "国内", "浙江", "", "000-8100-0001", "YX02"),
        ("K002", "白鹭渡门窗厂", "国内", "浙江", "", "000-8100-0002", "YX04"),
        ("K003", "杉木坪幕墙工程公司", "国内", "江苏", "", "000-8100-0003", "YX03"),
        ("K004", "东篱巷门窗厂", "国内", "浙江", "", "000-8100-0004", "YX04"),
        ("K005", "碧螺滩装饰工程公司", "国内", "江苏", "", "000-8100-0005", "YX03"),
        ("K006", "丁家埠建材经营部", "国内", "上海", "", "000-8100-0006", "YX01"),
        ("K007", "望江台幕墙工程公司", "国内", "安徽", "", "000-8100-0007", "YX01"),
        ("K008", "榕荫里门窗厂", "国内", "福建", "", "000-8100-0008", "YX01"),
        ("K009", "泉眼山铝材商行", "国内", "山东", "", "000-8100-0009", "YX08"),
        ("K010", "木棉道门窗厂", "国内", "广东", "", "000-8100-0010", "YX05"),
        ("K011", "荔湾头幕墙工程公司", "国内", "广东", "", "000-8100-0011", "YX05"),
        ("K012", "骑楼街建材经营部", "国内", "广西", "", "000-8100-0012", "YX06"),
        ("K013", "椰林角装饰工程公司", "国内", "海南", "", "000-8100-0013", "YX05"),
        ("K014", "橘洲头门窗厂", "国内", "湖南", "", "000-8100-0014", "YX05"),
        ("K015", "东湖汊幕墙工程公司", "国内", "湖北", "", "000-8100-0015", "YX05"),
        ("K016", "锦里坡门窗厂", "国内", "四川", "", "000-8100-0016", "YX07"),
        ("K017", "两江口装饰工程公司", "国内", "重庆", "", "000-8100-0017", "YX07"),
        ("K018", "花溪渡铝材商行", "国内", "贵州", "", "000-8100-0018", "YX07"),
        ("K019", "滇池埂门窗厂", "国内", "云南", "", "000-8100-0019", "YX07"),
        ("K020", "秦岭脚幕墙工程公司", "国内", "陕西", "", "000-8100-0020", "YX07"),
        ("K021", "玉关道建材经营部", "国内", "甘肃", "", "000-8100-0021", "YX07"),
        ("K022", "永定桥幕墙工程公司", "国内", "北京", "", "000-8100-0022", "YX08"),
        ("K023", "海河湾门窗厂", "国内", "天津", "", "000-8100-0023", "YX08"),
        ("K024", "滹沱岸散热器厂", "国内", "河北", "", "000-8100-0024", "YX08"),
        ("K025", "浑河滩门窗厂", "国内", "辽宁", "", "000-8100-0025", "YX08"),
        ("K026", "松花堤装饰工程公司", "国内", "吉林", "", "000-8100-0026", "YX08"),
        ("K027", "嵩山坳设备厂", "国内", "河南", "", "000-8100-0027", "YX08"),
        ("K028", "Hoa Sen Demo Windows", "出口", "越南", "", "000-8200-0028", ""),
        ("K029", "Chao Doi Demo Facade", "出口", "泰国", "", "000-8200-0029", ""),
        ("K030", "Wattle Creek Demo Joinery", "出口", "澳大利亚", "", "000-8200-0030", ""),
    ],
}

PRODUCTS = MASTER_DATA["产品"]
#: Customers from this number on are abroad.
FIRST_EXPORT = 28

#: Product line, months, basis.
WARRANTIES = (
    ("喷涂", 120, "演示合同第 7 条：涂层十年"),
    ("氧化", 60, "演示合同第 7 条：氧化膜五年"),
)
