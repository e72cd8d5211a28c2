from django.urls import path

from sanbao.api import pages
from sanbao.api.root import api

urlpatterns = [
    path("tokens/", pages.tokens, name="api_tokens"),
    path("tokens/<int:pk>/revoke", pages.revoke, name="api_revoke"),
    path("v1/", api.urls),
]
