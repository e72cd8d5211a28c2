"""The standard's addresses under ``/epcis/``, and our own pages under ``/captures/``.

An identifier in an address may hold slashes, so the longer paths stand first.
"""

from django.urls import path, re_path

from sanbao.epcis import views
from sanbao.epcis.rest import captures, events, lost, standing
from sanbao.epcis.rest.events import RESOURCES

app_name = "epcis"


def _resource(name: str):  # type: ignore[no-untyped-def]
    given = {"resource": name}
    return [
        path(f"epcis/{name}/<path:value>/events", events.value_events, given),
        path(f"epcis/{name}", events.values, given),
        path(f"epcis/{name}/<path:value>", events.value, given),
    ]


urlpatterns = [
    path("epcis/", events.top, name="rest_top"),
    path("epcis/capture", captures.capture, name="rest_capture"),
    path("epcis/capture/<str:capture_id>", captures.capture_job, name="rest_capture_job"),
    path("epcis/events", events.events, name="rest_events"),
    path("epcis/events/<path:event_id>", events.event, name="rest_event"),
    *(each for name in RESOURCES for each in _resource(name)),
    path("epcis/queries", standing.query_list, name="rest_queries"),
    path("epcis/queries/<str:name>", standing.query, name="rest_query"),
    path("epcis/queries/<str:name>/events", standing.query_events, name="rest_query_events"),
    path("epcis/queries/<str:name>/subscriptions", standing.query_subscriptions, name="rest_subscriptions"),
    path(
        "epcis/queries/<str:name>/subscriptions/<str:subscription_id>",
        standing.query_subscription,
        name="rest_subscription",
    ),
    path("epcis/nextPageToken/<str:token>", standing.next_page_token, name="rest_token"),
    re_path(r"^epcis/(?P<rest>.*)$", lost.nowhere),
    path("captures/", views.home, name="home"),
    path("captures/<int:pk>/", views.capture, name="capture"),
    path("captures/<int:pk>/state/", views.state, name="state"),
    path("captures/<int:pk>/document", views.original, name="document"),
    path("captures/events/", views.events, name="events"),
    path("captures/events/<int:pk>/", views.event, name="event"),
    path("captures/queries/", views.queries, name="queries"),
    path("captures/queries/<int:pk>/remove", views.forget, name="forget"),
    path("captures/subscriptions/<uuid:pk>/remove", views.unsubscribe, name="unsubscribe"),
]
