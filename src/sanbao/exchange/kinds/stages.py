"""The steps of the chain, as a remark about a date names them."""

from sanbao.kernel.words import W

RECEIVED = W("进仓", "Receipt")
ISSUED = W("领料", "Issue")
CAST = W("熔铸", "Casting")
EXTRUDED = W("挤压", "Extrusion")
AGED = W("时效", "Ageing")
FINISHED = W("氧化/喷涂", "Anodising or coating")
INSPECTED = W("检验", "Inspection")
PACKED = W("入库", "Packing")
SHIPPED = W("发货", "Shipment")
