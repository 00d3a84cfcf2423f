"""Everything that touches a disk or a process: readers, the stages of a run, publishing, and the command line."""
