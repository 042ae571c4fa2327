"""What is raised for a network that cannot be exported."""


class ExportError(Exception):
    """Says in one line what cannot be exported, and what to do about it."""


class Unsupported(ExportError):
    """A node of a graph that has no counterpart in Nightjar."""

    def __init__(self, node, why):
        title = node.name or (node.output[0] if node.output else "")
        super().__init__(f"node {title!r} ({node.op_type}): {why}")


def line(e):
    """Returns the beginning of what an exception says."""
    return next(iter(str(e).strip().splitlines()), "")[:200]
