"""Title above, footer below: what every finished figure shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
from altair.utils.schemapi import debug_mode

from rewire.present.spec import Spec, shared_data
from rewire.present.theme import QUIET, Size, config
from rewire.present.words import footer


def framed(
    body: Spec, title: str | Sequence[str], subtitle: str | Sequence[str], study: Mapping[str, Any], size: Size
) -> alt.VConcatChart:
    """A finished figure: `body` under its title and subtitle, above the footer, in the common look."""
    titles = size.folded([title] if isinstance(title, str) else title, size.font + 4)
    subtitles = size.folded([subtitle] if isinstance(subtitle, str) else subtitle, size.font)
    foot_font = max(size.font - 3, 9)
    foot = {
        "text": size.folded([footer(study)], foot_font),
        "orient": "bottom",
        "anchor": "start",
        "frame": "bounds",
        "fontSize": foot_font,
        "fontWeight": "normal",
        "color": QUIET,
        "offset": 14,
    }
    body, data = shared_data(body)
    above = {
        "text": titles,
        "subtitle": subtitles,
        "anchor": "start",
        "frame": "bounds",
        "fontSize": size.font + 4,
        "fontWeight": 600,
        "lineHeight": round((size.font + 4) * 1.25),
        "subtitleFontSize": size.font,
        "subtitlePadding": 6,
        "subtitleLineHeight": round(size.font * 1.35),
        "offset": 18,
    }
    # What is assembled here is tested; checking it against the whole schema again takes longer than drawing it.
    with debug_mode(False):
        return alt.vconcat(
            alt.core.VConcatSpecGenericSpec(vconcat=[body], title=foot),
            title=above,
            description=". ".join([" ".join(titles), *subtitles]),
            datasets=data,
            config=config(size),
        )
