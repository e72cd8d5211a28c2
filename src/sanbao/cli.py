"""The `sanbao` command: one table of names, each answered by a function in the room that owns the matter."""

import os
import sys
from importlib import import_module

#: name: (module:function taking the remaining arguments and returning the exit code, what it does)
COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("sanbao.serve:main", "启动网页与后台 · serve pages and worker until Ctrl-C"),
    "prepare": ("sanbao.prepare:main", "准备数据库与规则表 · migrate, load policies, --demo: a company"),
    "worker": ("sanbao.kernel.worker:main", "只运行后台 · run the worker alone"),
    "migrate": ("sanbao.prepare:migrate", "升级数据库（先备份）· migrate, after a backup"),
    "policies": ("sanbao.kernel.policies.files:main", "规则表 · load, export or check policies"),
    "demo": ("sanbao.demo:main", "装入演示公司 · load the demonstration company"),
    "import": ("sanbao.exchange.cli:main", "导入台账 · import ledgers"),
    "epcis": ("sanbao.epcis.cli:main", "EPCIS 事件 · capture and export GS1 EPCIS 2.0 events"),
    "export": ("sanbao.exchange.export.cli:main", "导出全部数据 · take everything out into a folder"),
    "trace": ("sanbao.trace.cli:main", "溯源与追踪 · trace a code back and forward"),
    "snapshot": ("sanbao.trace.cli:snapshot", "链接快照 · build the snapshot of the links for long traces"),
    "signal": ("sanbao.signals.cli:main", "信号 · whether a fault is spreading; --replay: over the past"),
    "rules": ("sanbao.rules_report:main", "条款、代码与测试 · clauses, their code and tests"),
    "verify": ("sanbao.kernel.verify:main", "核对流水与封存 · verify journal, seals and attachments"),
    "seal": ("sanbao.kernel.deposits:main", "封存并打印封存值 · seal the record and print its head"),
    "evidence": ("sanbao.kernel.evidence:main", "证据包 · a bundle that proves itself, for an auditor"),
    "person": ("sanbao.parties.cli:main", "人员 · register somebody, or hand him a new password"),
    "token": ("sanbao.api.cli:main", "接口令牌 · create and revoke API tokens"),
    "certificate": ("sanbao.certificates:main", "厂内 HTTPS 证书 · a certificate for phones in the plant"),
    "backup": ("sanbao.kernel.backup:backup", "备份 · write everything into one file"),
    "restore": ("sanbao.kernel.backup:restore", "恢复 · bring a backup back"),
    "doctor": ("sanbao.doctor:main", "体检 · say what is well and what is not"),
    "bench": ("sanbao.bench:main", "测速 · measure beside the raw limit"),
}
#: They set Django up themselves, or not at all.
WITHOUT_DJANGO = {"serve", "bench", "certificate"}


def usage() -> str:
    lines = [f"  {name:<11} {title}" for name, (_, title) in COMMANDS.items()]
    return "\n".join(["sanbao <命令 command> [--help]", *lines])


def main() -> int:
    """Exit 2 for a command that does not exist; otherwise whatever the command answers."""
    name, arguments = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("--help", [])
    try:
        code = run(name, arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader (head, less) has gone; nothing is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if type(error).__name__ != "Refusal":
            raise
        sentence = error.sentence.format(**error.facts)
        print(f"{sentence.said_in('zh-hans')}\n{sentence.said_in('en')}", file=sys.stderr)
        return 1


def run(name: str, arguments: list[str]) -> int:
    if name in {"-h", "--help"}:
        print(usage())
        return 0
    if name not in COMMANDS:
        print(f"没有 {name} 这个命令，sanbao --help 列出全部 · no such command: {name}", file=sys.stderr)
        return 2
    if name not in WITHOUT_DJANGO:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanbao.settings")
        import django

        django.setup()
    module, function = COMMANDS[name][0].split(":")
    return int(getattr(import_module(module), function)(arguments) or 0)


if __name__ == "__main__":
    sys.exit(main())
