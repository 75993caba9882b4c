"""What is measured: corps of a made-up municipality in all sizes."""

from __future__ import annotations

from datetime import date

from .municipality import Corps

BOTH = {"require_shared_language": True, "require_shared_format": True}
NEW_YEAR = date(2026, 12, 14)

CASES: dict[str, Corps] = {
    "round, 21": Corps(kind="round", people=21, departments=6, everybody=True),
    "round, 200": Corps(kind="round", people=200, departments=12, everybody=True),
    "round, 201, sparse": Corps(
        kind="round", people=201, departments=14, everybody=True, english_only=0.15, rules=BOTH
    ),
    "round, 301, one department has 56 %": Corps(
        kind="round", people=301, departments=12, everybody=True, dominant=0.56
    ),
    "round, 2,000": Corps(kind="round", people=2_000, departments=32, everybody=True),
    "round, 2,001, sparse": Corps(
        kind="round", people=2_001, departments=45, everybody=True, english_only=0.12, sites=12, rules=BOTH
    ),
    "round, 10,000": Corps(kind="round", people=10_000, departments=63, everybody=True),
    "plan, 20": Corps(kind="plan", people=20, departments=6, days=20),
    "plan, 60, over New Year": Corps(kind="plan", people=60, departments=9, days=16, first=NEW_YEAR),
    "plan, 200": Corps(kind="plan", people=200, departments=12, days=20),
    "plan, 150, one department has 80 %": Corps(kind="plan", people=150, departments=9, days=20, dominant=0.8),
    "plan, 2,000": Corps(kind="plan", people=2_000, departments=32, days=20),
    "plan, 10,000": Corps(kind="plan", people=10_000, departments=63, days=20),
    "repair, 60": Corps(kind="repair", people=60, departments=9, days=5, ill=0.06),
    "repair, 200": Corps(kind="repair", people=200, departments=12, days=5),
    "repair, 2,000": Corps(kind="repair", people=2_000, departments=32, days=5),
    "buddies, 200": Corps(kind="buddies", people=200, departments=12),
    "buddies, 2,000": Corps(kind="buddies", people=2_000, departments=32),
    "booking, 2,000": Corps(kind="booking", people=2_000, departments=32, days=5, questions=300),
    "booking, 10,000": Corps(kind="booking", people=10_000, departments=63, days=5, questions=300),
}
