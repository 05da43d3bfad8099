"""The portal's actions, made known to Wagtail's log."""

from typing import Any

from wagtail import hooks

from portal.audit.log import actions


@hooks.register("register_log_actions")
def portal_actions(registry: Any) -> None:
    for action, label in actions().items():
        registry.register_action(action, label, label)
