"""``python -m sm_toolkit``: the same as the command ``sm-toolkit``, and nothing of its own."""

from sm_toolkit.cli import main

if __name__ == "__main__":
    main(prog_name="sm-toolkit")
