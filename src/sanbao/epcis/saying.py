"""What is said of a document or an event that cannot be taken, in both languages; the code is what programs read."""

from __future__ import annotations

from typing import Any

from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W

SENTENCES: dict[str, W] = {
    # the text
    "not_utf8": W("正文不是 UTF-8。", "The text is not UTF-8."),
    "not_json": W("JSON 在第 {at} 个字符处读不下去。", "The JSON breaks off at character {at}."),
    "no_object": W("须为一个 JSON 对象。", "It must be one JSON object."),
    "constant": W("JSON 中没有 {constant}。", "JSON knows no {constant}."),
    "number": W("数值“{number}”大得没有意义。", "The number “{number}” is beyond all measure."),
    "too_deep": W("嵌套超过 {deepest} 层。", "It is nested more than {deepest} deep."),
    "character": W(
        "有无法保存的字符（NUL 或半个字符）。", "It holds a character that cannot be kept (NUL or half a character)."
    ),
    # the document
    "document_type": W(
        "“{value}”不是 EPCISDocument 或 EPCISQueryDocument。",
        "“{value}” is neither EPCISDocument nor EPCISQueryDocument.",
    ),
    "single_event": W("单个 {value} 请发往 /epcis/events。", "Send a single {value} to /epcis/events."),
    "context": W(
        "@context 须为地址、对象，或二者的列表。", "@context must be an address, an object, or a list of these."
    ),
    "context_missing": W("单个事件须自带 @context。", "A single event must bring its @context."),
    # one field
    "required": W("缺少 {field}。", "{field} is missing."),
    "unknown_field": W(
        "标准中没有字段“{field}”；自有字段要带前缀，如 example:{field}。",
        "The standard has no field “{field}”; a field of your own needs a prefix, as in example:{field}.",
    ),
    "not_text": W("{path} 须为文字。", "{path} must be text."),
    "not_boolean": W("{path} 须为 true 或 false。", "{path} must be true or false."),
    "not_number": W("{path} 须为数。", "{path} must be a number."),
    "not_list": W("{path} 须为列表。", "{path} must be a list."),
    "not_object": W("须为对象。", "It must be an object."),
    "not_uri": W("{path} 的“{value}”不是 URI。", "“{value}” in {path} is no URI."),
    "too_long": W("{path} 最长 {limit} 个字符。", "{path} holds at most {limit} characters."),
    "time": W("{path} 的“{value}”不是时刻。", "“{value}” in {path} is no moment."),
    "time_zone": W("{path} 的“{value}”没有时区。", "“{value}” in {path} has no time zone."),
    "year": W("{path} 的“{value}”不在 1900 至 2200 年之间。", "“{value}” in {path} is not between 1900 and 2200."),
    "offset": W("{path} 的“{value}”不是时区偏移，如 +08:00。", "“{value}” in {path} is no offset such as +08:00."),
    "uom": W("{path} 的“{value}”不是计量单位代码，如 KGM。", "“{value}” in {path} is no unit code such as KGM."),
    "hexadecimal": W("{path} 须为十六进制数字。", "{path} must be hexadecimal digits."),
    "version": W("{path} 的“{value}”不是版本号。", "“{value}” in {path} is no version number."),
    "one_of": W("{path} 的“{value}”只能是 {choices}。", "“{value}” in {path} can only be {choices}."),
    "word": W(
        "{path} 的“{value}”既不是标准用词，也不是自有的 URI。",
        "“{value}” in {path} is neither a word of the standard nor a URI of your own.",
    ),
    "empty_list": W("{path} 不能是空列表。", "{path} must not be empty."),
    "twice": W("{path} 里有重复的项。", "{path} holds something twice."),
    # what fields ask of one another
    "event_type": W(
        "“{value}”不是事件类型；标准的是 {choices}，自有的用 URI。",
        "“{value}” is no type of event; the standard's are {choices}, your own are URIs.",
    ),
    "ilmd": W("只有 action 为 ADD 的事件可以带 ilmd。", "Only an event whose action is ADD may have ilmd."),
    "nothing": W("事件没有说是什么东西。", "The event does not say which objects it is about."),
    "one_sided": W(
        "转换事件缺 {field}；只有一侧的须带 transformationID。",
        "The transformation lacks {field}; one that has only one side needs a transformationID.",
    ),
    # against what stands already
    "other_event": W(
        "eventID 已属于另一个内容不同的事件；更正请用 errorDeclaration。",
        "The eventID belongs to another event with other content; to correct that, use errorDeclaration.",
    ),
    "twice_in_document": W(
        "同一份文件里有两个内容不同的事件用了这个 eventID。", "Two different events of this document have this eventID."
    ),
    "in_progress": W(
        "另一份文件正在取入同一事件，请稍后再试。", "Another document is bringing in the same event; try again later."
    ),
    "not_ours": W(
        "事件说是本厂的记录，但本厂没有这样的记录。",
        "The event says that it is a record of this house, which has no such record.",
    ),
}


def sentence(code: str, facts: dict[str, Any]) -> W:
    """What is wrong, with the place where; a place is named where the sentence does not."""
    words = SENTENCES[code]
    if facts.get("path") and "{path}" not in words.zh and code in ("not_object", "empty_list"):
        words = W("{path}：" + words.zh, "{path}: " + words.en)
    return words.format(**facts)


def refusal(code: str, status: int = 400, **facts: Any) -> Refusal:
    """As the pages and the interface refuse: the text or the document as a whole."""
    return Refusal(f"epcis.{code}", sentence(code, facts), "T-14", status, str(facts.get("path", "")), facts)
