"""Pipes a file of PubMed XML through `tamis assess` on Spark, keeps the lines, and counts the flow there.

usage: pipe.py FILE.xml REVIEW LINES PARQUET FLOW.sql COUNTS.csv
"""

import csv
import os
import sys

from pyspark.sql import SparkSession

file, review, lines, parquet, question, counts = sys.argv[1:]
tamis = os.path.abspath("target/release/tamis")
master = os.environ.get("TAMIS_SPARK_MASTER", "local-cluster[2,1,1024]")
spark = SparkSession.builder.master(master).appName("tamis assess").config("spark.ui.enabled", "false").getOrCreate()
sc = spark.sparkContext

# The file is cut into records by the executors, each its own part of it; a record becomes one line.
END, START = "</PubmedArticle>", "<PubmedArticle>"
chunks = sc.newAPIHadoopFile(
    "file://" + os.path.abspath(file),
    "org.apache.hadoop.mapreduce.lib.input.TextInputFormat",
    "org.apache.hadoop.io.LongWritable",
    "org.apache.hadoop.io.Text",
    conf={"textinputformat.record.delimiter": END},
)
records = (
    chunks.map(lambda pair: pair[1])
    .filter(lambda text: START in text)
    .map(lambda text: text[text.index(START):].replace("\n", " ") + END)
)
records.pipe(f"{tamis} assess -q --jobs 1 {os.path.abspath(review)}", checkCode=True).saveAsTextFile("file://" + os.path.abspath(lines))

spark.read.json("file://" + os.path.abspath(lines)).createOrReplaceTempView("line")
spark.sql(
    """SELECT pmid, version, at + 1 AS position, one.criterion AS criterion, one.outcome AS outcome
       FROM line LATERAL VIEW posexplode(assessments) exploded AS at, one"""
).createOrReplaceTempView("assessed")
with open(question, encoding="utf-8") as sql, open(counts, "w", newline="") as out:
    flow = sql.read()
    csv.writer(out).writerows((r[0], r[1], r[2]) for r in spark.sql(flow).collect())
# The same from the Parquet that tamis wrote.
spark.read.parquet("file://" + os.path.abspath(parquet) + "/assessed").createOrReplaceTempView("assessed")
with open(f"{counts}.parquet", "w", newline="") as out:
    csv.writer(out).writerows((r[0], r[1], r[2]) for r in spark.sql(flow).collect())
print(f"spark: {master}, {records.getNumPartitions()} parts")
spark.stop()
