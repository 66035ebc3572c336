"""A picture of a soak: one small curve for each measure, as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_WIDTH, _HEIGHT, _MARGIN, _LABEL = 760, 70, 10, 190


def picture(seconds: Sequence[float], measures: Mapping[str, Sequence[float]]) -> str:
    """Curves below each other, each from 0 to its own highest value, over the same time; the last half is shaded."""
    height = len(measures) * (_HEIGHT + _MARGIN) + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LABEL + _WIDTH + 20} {height}" '
        'font-family="sans-serif" font-size="12">'
    ]
    for place, (name, values) in enumerate(measures.items()):
        parts += _curve(place * (_HEIGHT + _MARGIN) + _MARGIN, name, seconds, values)
    end = seconds[-1]
    parts += [f'<text x="{_LABEL + i * _WIDTH / 4:.0f}" y="{height - 8}">{i * end / 4:.0f} s</text>' for i in range(5)]
    return "\n".join([*parts, "</svg>", ""])


def _curve(top: float, name: str, seconds: Sequence[float], values: Sequence[float]) -> list[str]:
    highest = max(*values, 1e-9)
    points = " ".join(
        f"{_LABEL + _WIDTH * at / seconds[-1]:.1f},{top + _HEIGHT - _HEIGHT * value / highest:.1f}"
        for at, value in zip(seconds, values, strict=True)
    )
    return [
        f'<rect x="{_LABEL}" y="{top}" width="{_WIDTH}" height="{_HEIGHT}" fill="#f4f4f4"/>',
        f'<rect x="{_LABEL + _WIDTH / 2}" y="{top}" width="{_WIDTH / 2}" height="{_HEIGHT}" fill="#e6edf5"/>',
        f'<polyline points="{points}" fill="none" stroke="#1f5a96" stroke-width="1.5"/>',
        f'<text x="4" y="{top + 16}">{name}</text>',
        f'<text x="4" y="{top + 34}" fill="#666">up to {highest:,.0f}</text>',
    ]
