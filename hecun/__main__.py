"""The command line as ``python -m hecun``."""

from sim.cli import main

if __name__ == "__main__":
    main(prog_name="hecun")
