"""What `npm run build` left in spa/dist, as the templates need it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENTRY = "index.html"
PAGES = "src/pages/"
FONTS = ("src/fonts/serif-roman.woff2", "src/fonts/serif-display.woff2", "src/fonts/sans.woff2")
ICON = "src/favicon.svg"


class NotBuilt(Exception):
    """The SPA was not built, or not wholly."""


@dataclass(frozen=True, slots=True)
class Build:
    """The addresses of the hashed files."""

    folder: Path
    script: str
    theme: str
    icon: str
    styles: Sequence[str]
    fonts: Sequence[str]
    modules: Mapping[str, Sequence[str]]
    page_styles: Mapping[str, Sequence[str]]
    """The style sheets that a page has beside those of all pages."""

    @classmethod
    def load(cls, folder: Path) -> "Build":
        """Read the manifest. Raises NotBuilt with what to do."""
        try:
            manifest: dict[str, Any] = json.loads((folder / ".vite" / "manifest.json").read_text("utf-8"))
            theme = next((folder / "assets").glob("theme-*.js")).name
            return cls(
                folder=folder,
                script=_address(manifest, ENTRY),
                theme=f"/assets/{theme}",
                icon=_address(manifest, ICON),
                styles=[f"/{file}" for file in manifest[ENTRY].get("css", [])],
                fonts=[_address(manifest, font) for font in FONTS],
                modules={source: _modules(manifest, source) for source in manifest if source.startswith(PAGES)},
                page_styles={
                    source: [f"/{file}" for file in chunk.get("css", [])]
                    for source, chunk in manifest.items()
                    if source.startswith(PAGES)
                },
            )
        except (OSError, ValueError, KeyError, StopIteration) as error:
            raise NotBuilt(f"The SPA is not built in {folder}: run `make build` first.") from error

    def is_there(self) -> bool:
        """Tell whether the files are still where they were."""
        return (self.folder / "assets").is_dir()


def _address(manifest: Mapping[str, Any], source: str) -> str:
    return f"/{manifest[source]['file']}"


def _modules(manifest: Mapping[str, Any], source: str) -> Sequence[str]:
    """Every script a page needs besides the entry, so that the browser asks for all of them at once."""
    seen: dict[str, None] = {}
    waiting = [source, ENTRY]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen[name] = None
            waiting.extend(manifest[name].get("imports", []))
    return [_address(manifest, name) for name in seen if name != ENTRY]
