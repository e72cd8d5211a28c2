from django.urls import path

from sanbao.web.views import attachments, desk, journal, me, procedures, search, settings, shell

app_name = "web"
urlpatterns = [
    path("", desk.home, name="desk"),
    path("desk/counts", desk.counts, name="counts"),
    path("search/", search.find, name="search"),
    path("journal/", journal.index, name="journal"),
    path("journal/<int:pk>", journal.entry, name="entry"),
    path("journal/verify", journal.check, name="verify"),
    path("procedures/", procedures.index, name="procedures"),
    path("procedures/<slug:kind>", procedures.lifecycle, name="lifecycle"),
    path("settings/", settings.index, name="settings"),
    path("settings/permissions", settings.permissions, name="permissions"),
    path("me/", me.me, name="me"),
    path("language", shell.language, name="language"),
    path("likings", shell.likings, name="likings"),
    path("attachments/", attachments.upload, name="upload"),
    path("attachments/<uuid:pk>", attachments.download, name="attachment"),
    path("healthz", shell.health, name="health"),
]
