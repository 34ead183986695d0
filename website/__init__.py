"""The site of the project: its pages, and the course as a JupyterLite that runs in the browser. Nothing of the package.

`python -m website` builds all of it into `build/site`; `python -m website --serve` shows it too.
"""
