"""What can become of a mail that came, and of a letter that we wrote."""

from __future__ import annotations

from sanbao.kernel.lifecycle import STAY, Lifecycle, Move
from sanbao.kernel.words import W
from sanbao.mail.models import Letter, LetterState, MailItem, MailState

M, L = MailState, LetterState
LOOSE = frozenset({M.UNMATCHED, M.AUTOMATIC, M.ASIDE})
#: What the user has not got; a withdrawn answer too is owed to him.
UNDELIVERED = frozenset({L.FAILED, L.BOUNCED, L.WITHDRAWN})

MAIL: Lifecycle[MailItem] = Lifecycle(
    "mail",
    "mail.MailItem",
    title=W("来信", "Incoming mail"),
    states=MailState,
    tracked=("case_id", "opened", "automatic", "bounce", "digest"),
    searched=lambda m: (m.title, m.sender, m.sender_name, m.text[:4000]),
    moves={
        "receive": Move(
            (),
            (M.UNMATCHED, M.FILED, M.AUTOMATIC),
            permission="mail.fetch",
            clause="C-03",
            title=W("收信", "Receive"),
            internal=True,  # what comes out of a mailbox is taken by the clockwork
        ),
        "open_case": Move(
            LOOSE, M.FILED, permission="mail.sort", clause="C-03", title=W("据此受理投诉", "Open a case from it")
        ),
        "file": Move(LOOSE, M.FILED, permission="mail.sort", clause="C-03", title=W("归入投诉", "File in a case")),
        "put_aside": Move(
            {M.UNMATCHED, M.AUTOMATIC}, M.ASIDE, permission="mail.sort", clause="C-03", title=W("搁置", "Put aside")
        ),
        "take_back": Move(
            {M.FILED, M.ASIDE, M.AUTOMATIC},
            M.UNMATCHED,
            permission="mail.sort",
            clause="C-03",
            title=W("退回未归件", "Back to the tray"),
        ),
    },
)

LETTER: Lifecycle[Letter] = Lifecycle(
    "letter",
    "mail.Letter",
    title=W("去信", "Outgoing mail"),
    states=LetterState,
    tracked=("case_id", "kind", "message_key", "accepted_at"),
    searched=lambda letter: (letter.title, *letter.to, letter.text[:4000]),
    moves={
        "write": Move((), L.QUEUED, permission="mail.write", clause="U-09", title=W("写邮件", "Write an e-mail")),
        "withdraw": Move({L.QUEUED}, L.WITHDRAWN, permission="mail.write", clause="U-09", title=W("撤回", "Withdraw")),
        "accept": Move(
            {L.QUEUED},
            L.ACCEPTED,
            permission="mail.fetch",
            clause="U-09",
            title=W("已交发信服务器", "Taken by the server"),
            internal=True,
        ),
        "fail": Move(
            {L.QUEUED}, L.FAILED, permission="mail.fetch", clause="U-09", title=W("发送失败", "Failed"), internal=True
        ),
        "bounce": Move(
            {L.ACCEPTED, L.BOUNCED},
            L.BOUNCED,
            permission="mail.fetch",
            clause="U-09",
            title=W("被退回", "Bounced"),
            internal=True,
        ),
        "note_report": Move(
            {L.ACCEPTED},
            STAY,
            permission="mail.fetch",
            clause="U-09",
            title=W("投递报告", "Delivery report"),
            internal=True,
        ),
        "send_again": Move(
            UNDELIVERED, L.QUEUED, permission="mail.write", clause="U-09", title=W("重发", "Send again")
        ),
        "settle": Move(
            UNDELIVERED, L.SETTLED, permission="mail.write", clause="U-09", title=W("已另行处理", "Settled otherwise")
        ),
    },
)
