"""The studio: a web page over the pipeline, and the same as an HTTP API.

===========  ======================================================================================
file         what it does
===========  ======================================================================================
studio       everything that pages and API share: making, editing, streaming
history      the films in their folder
models       models by name, each loaded once
watching     long work step by step, which ends when nobody watches any more
channels     live streams
trainings    training runs in processes of their own
tables       a storyboard as a table that a person edits, and back
pieces       HTML; whatever a person has written is escaped there
making       what a page shows while a film is made
sentences    errors as sentences on the page
page, tabs/  the page, and one file for each of its tabs
api          the endpoints for other programs
server       routes, and the binding to an address
web/         style and scripts for the browser
===========  ======================================================================================
"""

from textreel.extras import extra

with extra("studio"):
    import gradio as gradio
    import pandas as pandas

from textreel.studio.server import LOCAL, make_app, serve
from textreel.studio.studio import Studio, StudioConfig

__all__ = ["LOCAL", "Studio", "StudioConfig", "make_app", "serve"]
