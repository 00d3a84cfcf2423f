"""Where the texts of a run lie while it works, and afterwards for `show` and `explain`: one file a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from jobs import disk

if TYPE_CHECKING:
    from pathlib import Path

    from dedup.arrow import Text


class Texts:
    """The texts of an input, batch by batch, as Arrow files (zstd) in a folder.

    Parameters
    ----------
    folder
        Made if it is not there; the files in it are named `name(batch)`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        disk.make_folder(folder)

    @staticmethod
    def name(batch: int) -> str:
        """Return the file name of a batch."""
        return f"part-{batch:05}.arrow"

    def write(self, batch: int, texts: Text) -> None:
        """Write the texts of a batch; raises StorageError where the disk refuses."""
        import pyarrow as pa

        buffers = (pa.py_buffer(texts.offsets), pa.py_buffer(texts.data))
        column = pa.table({"text": pa.LargeStringArray.from_buffers(texts.offsets.size - 1, *buffers)})
        options = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd", compression_level=1))
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, column.schema, options=options) as writer:
            writer.write_table(column)
        disk.write_file(self.folder / self.name(batch), memoryview(sink.getvalue()))

    def read(self, batch: int) -> pl.Series:
        """Return the texts of a batch: String."""
        return read_part(self.folder / self.name(batch))


def read_part(path: Path) -> pl.Series:
    """Return the texts in one file of `Texts`: String."""
    import pyarrow as pa

    with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as reader:
        frame = pl.from_arrow(reader.read_all())
    assert isinstance(frame, pl.DataFrame)
    return frame["text"]
