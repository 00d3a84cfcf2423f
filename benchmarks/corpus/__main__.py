"""Run the generator from the command line."""

from benchmarks.corpus.generate import main

if __name__ == "__main__":
    main()
