from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from sanbao.api import pages
from sanbao.api.problems import problem
from sanbao.api.root import api
from sanbao.kernel.refusals import Refusal
from sanbao.kernel.words import W


def nowhere(request: HttpRequest) -> HttpResponse:
    """An address that the API does not have, said in the API's own shape."""
    return problem(Refusal("not_found", W("没有这个接口。", "There is no such operation."), "", 404))


urlpatterns = [
    path("tokens/", pages.tokens, name="api_tokens"),
    path("tokens/<int:pk>/revoke", pages.revoke, name="api_revoke"),
    path("v1/", api.urls),
    re_path(r"^v1/", nowhere),
]
