"""What udata takes in from a catalogue: run by a Python that has udata, which ours has not.

Reads JSON from standard input: for each of the ``portals``, all empty at first, the addresses that
it harvests one after the other, as addresses of the same source. Writes, for each harvest of each
portal, what it came to and what the portal held after it. Its database is in memory (mongomock).
"""

# Imports are in functions: they fail wherever there is no udata.

import contextlib
import json
import sys
from typing import Any


def make_app() -> Any:
    """Make the application, whose tasks and addresses a harvest needs."""
    import mongomock
    from udata import api, frontend, settings
    from udata.app import create_app

    class UdataSettings(settings.Testing):  # type: ignore[misc]  # udata has no types
        """A portal in English with a database in memory, which may ask this machine."""

        TESTING = False
        SECRET_KEY = "none"  # noqa: S105 - nobody logs in
        DEFAULT_LANGUAGE = "en"
        HARVESTER_BACKENDS = ("dcat",)
        URLS_ALLOW_LOCAL = True
        URLS_ALLOW_PRIVATE = True
        MONGODB_HOST = "mongodb://localhost/portal"
        MONGODB_SETTINGS = {  # noqa: RUF012 - udata reads settings from a class
            "host": MONGODB_HOST,
            "mongo_client_class": mongomock.MongoClient,
            "uuidRepresentation": "standard",
        }

    app = create_app(settings.Defaults, override=UdataSettings)
    with app.app_context():
        api.init_app(app)
        frontend.init_app(app)
    return app


def run_portal(addresses: list[str]) -> list[dict[str, Any]]:
    """Harvest each address into a portal that was empty, and knows two licences."""
    from mongoengine.connection import get_connection
    from udata.core.dataset.models import License
    from udata.core.organization.models import Organization
    from udata.harvest.models import HarvestSource

    get_connection().drop_database("portal")
    License.objects.create(
        id="cc-by",
        title="Creative Commons Attribution",
        url="http://www.opendefinition.org/licenses/cc-by",
        alternate_urls=["https://creativecommons.org/licenses/by/4.0/"],
    )
    License.objects.create(id="notspecified", title="License Not Specified")
    owner = Organization.objects.create(name="A portal", description="Its own organisation.")
    source = HarvestSource.objects.create(
        name="A catalogue", url=addresses[0], backend="dcat", organization=owner
    )
    return [harvest(source, address) for address in addresses]


def harvest(source: Any, address: str) -> dict[str, Any]:
    """Harvest once, and report what the portal holds."""
    from udata.core.dataservices.models import Dataservice
    from udata.core.dataset.models import Dataset
    from udata.harvest import actions

    source.modify(url=address)
    actions.run(source)
    source.reload()
    job = source.get_last_job()
    return {
        "status": job.status,
        "errors": [error.message for error in job.errors],
        "items": [_item(item) for item in job.items],
        "datasets": [_dataset(dataset) for dataset in Dataset.objects],
        "services": [service.to_mongo() for service in Dataservice.objects],
    }


def _item(item: Any) -> dict[str, Any]:
    return {
        "id": item.remote_id,
        "status": item.status,
        "errors": [error.message for error in item.errors],
        "warnings": [log.message for log in item.logs],
    }


def _dataset(dataset: Any) -> dict[str, Any]:
    from udata.core.contact_point.models import ContactPoint

    contacts = [
        ContactPoint.objects.get(id=point.id).to_mongo() for point in dataset.contact_points
    ]
    return {**dataset.to_mongo(), "contact_points": contacts}


def main() -> None:
    """Answer one request."""
    request = json.load(sys.stdin)
    # What the libraries print is not a part of the answer.
    with contextlib.redirect_stdout(sys.stderr), make_app().app_context():
        answers = [run_portal(addresses) for addresses in request["portals"]]
    json.dump(answers, sys.stdout, default=str)


if __name__ == "__main__":
    main()
