"""Is the Jupyter notebook on stdin true to its schema, with an id of its own for each cell? Its cells as JSON."""
import json
import sys

import nbformat

notebook = nbformat.reads(sys.stdin.read(), as_version=nbformat.NO_CONVERT)
nbformat.validate(notebook)
identifiers = [cell.id for cell in notebook.cells]
assert len(identifiers) == len(set(identifiers)), identifiers
json.dump({"version": [notebook.nbformat, notebook.nbformat_minor], "cells": notebook.cells}, sys.stdout)
