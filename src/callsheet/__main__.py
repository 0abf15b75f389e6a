"""`python -m callsheet`: the command line, for those who start it by the interpreter."""

from callsheet.cli.main import main

if __name__ == "__main__":
    main()
