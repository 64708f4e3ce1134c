"""The worker of the User Service: sends mails."""

from flask import Flask

from api.users.app import context_of
from api.users.mail.delivery import Delivery, Folder, Smtp
from api.users.mail.worker import Worker
from api.users.settings import Settings


def worker_of(app: Flask) -> Worker:
    """Return a worker for a User Service. Raises SettingRefused."""
    context = context_of(app)
    return Worker(context, delivery_of(context.settings))


def delivery_of(settings: Settings) -> Delivery:
    """Return where mails go. Raises SettingRefused."""
    return Smtp.of(settings.smtp_url) if settings.smtp_url else Folder(settings.outbox_folder)
