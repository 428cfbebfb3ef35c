"""What stands behind `dev.py`: set-up, start, checks. Standard library only, Python 3.11 and up.

It runs before anything is installed, so it imports no room of the house and no library;
`warm_start` and `inspect_venv` are the exceptions, and the virtual environment's Python runs
them. Where rich is there, tables are drawn with it.
"""
