"""A script as a picture: Mermaid for documents, SVG to look at. No program and no network is needed for either."""

from scripts_dialog.drawing.graph import Graph, graph_of
from scripts_dialog.drawing.mermaid import mermaid
from scripts_dialog.drawing.svg import svg

__all__ = ["Graph", "graph_of", "mermaid", "svg"]
