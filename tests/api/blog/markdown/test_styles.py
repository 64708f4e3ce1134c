"""The colours of code can be read by everybody, on light and on dark pages."""

import re
import subprocess
import sys

import pytest
from pygments.token import STANDARD_TYPES

from api.blog.markdown.styles import DARK_BACKGROUND, LIGHT_BACKGROUND, ROLES, stylesheet

ENOUGH = 4.5


def test_the_contrast_of_black_on_white_is_21():
    assert round(_contrast("#000000", "#ffffff"), 3) == 21


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_every_colour_has_enough_contrast_on_its_background(role):
    assert _contrast(role.light, LIGHT_BACKGROUND) >= ENOUGH
    assert _contrast(role.dark, DARK_BACKGROUND) >= ENOUGH


def test_every_property_that_is_used_is_set_and_every_class_is_one_of_the_highlighter_s():
    css = stylesheet()
    assert set(re.findall(r"var\((--[a-z-]+)\)", css)) == set(re.findall(r"^  (--[a-z-]+):", css, re.MULTILINE))
    classes = re.findall(r"^\.highlight \.(\w+)", css, re.MULTILINE)
    assert set(classes) <= set(STANDARD_TYPES.values())
    assert len(classes) == len(set(classes))


def test_the_command_prints_the_stylesheet():
    command = [sys.executable, "-m", "api.blog.markdown.styles"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == stylesheet()


def _contrast(colour, background):
    """WCAG 2.2, contrast ratio."""
    lighter, darker = sorted((_luminance(colour), _luminance(background)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
