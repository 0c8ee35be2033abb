"""What models cost: the dated table, the cost of a request, the economics of caching."""

from __future__ import annotations
