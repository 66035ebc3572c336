"""The generator of made-up records, with truth, from a seed."""

from resolver.synthetic.generator import GeneratedRecord, generate_records

__all__ = ["GeneratedRecord", "generate_records"]
