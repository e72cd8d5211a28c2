from django.urls import include, path

from sanbao.kernel import notices
from sanbao.kernel.policies.drafts import POLICY_DRAFT
from sanbao.web import moves, policy_forms
from sanbao.web.views import (
    attachments,
    desk,
    journal,
    me,
    policies,
    presence,
    procedures,
    scan,
    search,
    settings,
    shell,
    webhooks,
)

notices.PAGES["policy_draft"] = "/policies/drafts/{id}"

app_name = "web"
__all__ = ["policy_forms", "urlpatterns"]  # the forms bind themselves to their moves when they are read
urlpatterns = [
    path("", desk.home, name="desk"),
    path("desk/counts", desk.counts, name="counts"),
    path("notices/", desk.notices_of, name="notices"),
    path("notices/read", desk.read_notices, name="read_notices"),
    path("notices/<int:pk>/mail", desk.mail_again, name="mail_again"),
    path("search/", search.find, name="search"),
    path("scan/", scan.scan, name="scan"),
    path("scan/offline", scan.offline, name="scan_offline"),
    path("scan/worker.js", scan.worker, name="scan_worker"),
    path("journal/", journal.index, name="journal"),
    path("journal/<int:pk>", journal.entry, name="entry"),
    path("journal/verify", journal.check, name="verify"),
    path("journal/evidence", journal.bundle, name="evidence"),
    path("policies/", policies.index, name="policies"),
    path("policies/<slug:code>", policies.policy, name="policy"),
    path("policies/<slug:code>/draft", policies.begin, name="policy_begin"),
    path("policies/<slug:code>/v<int:number>.toml", policies.export, name="policy_export"),
    path("policies/drafts/<int:pk>", policies.draft, name="draft"),
    path("policies/drafts/", include(moves.pages(POLICY_DRAFT))),
    path("procedures/", procedures.index, name="procedures"),
    path("procedures/<slug:kind>", procedures.lifecycle, name="lifecycle"),
    path("settings/", settings.index, name="settings"),
    path("settings/permissions", settings.permissions, name="permissions"),
    path("settings/webhooks", webhooks.index, name="webhooks"),
    path("settings/webhooks/<int:pk>/remove", webhooks.remove, name="webhook_remove"),
    path("me/", me.me, name="me"),
    path("language", shell.language, name="language"),
    path("likings", shell.likings, name="likings"),
    path("presence", presence.here, name="presence"),
    path("attachments/", attachments.upload, name="upload"),
    path("attachments/<uuid:pk>", attachments.download, name="attachment"),
    path("healthz", shell.health, name="health"),
    path("authority.crt", shell.authority, name="authority"),
]
