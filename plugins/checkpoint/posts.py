"""The posts that this appliance serves, from its profile; one named as the site where none is set."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain import Station
from plugins.checkpoint.settings import CheckpointSettings, PostSettings


def of(settings: CheckpointSettings, station: Station) -> tuple[PostSettings, ...]:
    """At least one."""
    if settings.posts:
        return settings.posts
    name = station.site_name[:60] or station.site
    lanes = tuple(dict.fromkeys([station.lane, "1", "2"]))
    return (PostSettings(id="post", name_vi=name, name_en=name, lanes=lanes),)


def named(posts: Sequence[PostSettings], post_id: str) -> PostSettings | None:
    return next((post for post in posts if post.id == post_id), None)


def policies_of(posts: Sequence[PostSettings], default: str) -> tuple[str, ...]:
    """The ids of the packs that these posts need."""
    wanted = [policy for post in posts for policy in (post.policy or default, post.policy_out)]
    return tuple(dict.fromkeys(policy for policy in wanted if policy))
