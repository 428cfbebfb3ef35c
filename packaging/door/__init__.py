"""What stands behind `dev.py`: set-up, start, checks. Standard library only, Python 3.11 and up.

It runs before anything is installed, so it imports no room of the house; `warm_start` and
`inspect_venv` are the two exceptions, and they are run by the virtual environment's Python.
"""
