"""datatrove: the four stages of its example minhash_deduplication.py, on as many workers as there are processors.

64-bit hashes, English. Stage 3 keeps the cluster's number, so that stage 4 can write it with each article.
"""

from __future__ import annotations

import os
import tempfile

import pyarrow as pa
import pyarrow.parquet as pq
from common import BANDS, ROWS, SHINGLE, arguments, write
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import (
    MinhashConfig,
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
)
from datatrove.pipeline.readers import ParquetReader
from datatrove.pipeline.writers import ParquetWriter
from datatrove.utils.hashing import HashConfig
from datatrove.utils.typeshelper import Languages


def main() -> None:
    """Group the articles."""
    folder, out, _ = arguments()
    config = MinhashConfig(
        n_grams=SHINGLE, num_buckets=BANDS, hashes_per_bucket=ROWS, hash_config=HashConfig(precision=64)
    )
    workers = os.cpu_count() or 1
    reader = ParquetReader(str(folder), read_metadata=False)
    with tempfile.TemporaryDirectory(dir=out.parent) as base:
        stages = [
            ([reader, MinhashDedupSignature(f"{base}/signatures", config, Languages.english)], workers),
            ([MinhashDedupBuckets(f"{base}/signatures", f"{base}/buckets", config=config)], config.num_buckets),
            ([MinhashDedupCluster(f"{base}/buckets", f"{base}/clusters", config, save_cluster_id=True)], 1),
            (
                [
                    reader,
                    MinhashDedupFilter(f"{base}/clusters", ParquetWriter(f"{base}/removed"), load_cluster_ids=True),
                    ParquetWriter(f"{base}/kept"),
                ],
                workers,
            ),
        ]
        for number, (steps, tasks) in enumerate(stages):
            logs = f"{base}/logs/{number}"
            LocalPipelineExecutor(steps, tasks=tasks, workers=min(tasks, workers), logging_dir=logs).run()
        told = pa.concat_tables([pq.read_table(f"{base}/kept"), pq.read_table(f"{base}/removed")])
    ids = told["id"].to_pylist()
    clusters = [row.get("minhash_cluster_id", -1) for row in told["metadata"].to_pylist()]
    write(out, ids, [one if cluster == -1 else cluster for one, cluster in zip(ids, clusters, strict=True)])


if __name__ == "__main__":
    main()
