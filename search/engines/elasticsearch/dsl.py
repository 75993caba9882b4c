"""The only place that imports elasticsearch-dsl: its names come from another package, where type checkers lose them."""

from __future__ import annotations

from elasticsearch_dsl import Binary, Date, Document, Integer, Keyword, MetaField, Text

__all__ = ["Binary", "Date", "Document", "Integer", "Keyword", "MetaField", "Text"]
