"""The regulations as small pure rules, and the list of all of them."""

from hoso.rules import (
    assignments,
    attendance,
    calendar,
    classes,
    consent,
    documents,
    keys,
    lists,
    membership,
    movements,
    pages,
    promotion,
    rewards,
    summary,
)
from hoso.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *calendar.RULES,
    *assignments.RULES,
    *classes.RULES,
    *movements.RULES,
    *lists.RULES,
    *pages.RULES,
    *membership.RULES,
    *attendance.RULES,
    *summary.RULES,
    *promotion.RULES,
    *rewards.RULES,
    *consent.RULES,
    *documents.RULES,
    *keys.RULES,
)
