"""Everything that changes mail: what comes in and where it goes, what we write and what becomes of it."""

from sanbao.mail.actions.incoming import file, open_case, put_aside, receive, receive_too_large, take_back
from sanbao.mail.actions.outgoing import accept, bounce, fail, send_again, settle, withdraw, write

__all__ = [
    "accept",
    "bounce",
    "fail",
    "file",
    "open_case",
    "put_aside",
    "receive",
    "receive_too_large",
    "send_again",
    "settle",
    "take_back",
    "withdraw",
    "write",
]
