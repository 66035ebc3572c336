"""The generator of made-up records, with truth, from a seed."""

from resolver.synthetic.generator import GeneratedRecord, generate_records
from resolver.synthetic.worlds import World

__all__ = ["GeneratedRecord", "World", "generate_records"]
