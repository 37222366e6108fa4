"""The laboratory: experiments that run anywhere, stop in time and never lose a run.

An experiment file (`schema`, `loading`) becomes a design of points (`design`), each a
configuration; a point and a replicate make a run, named by its content (`identity`). Runs that
share their luck and parameters share the months before their policies begin (`branching`); they
are carried out in tasks (`work`) by this process, others or a cluster (`executors`), and kept in
shards until the tables are written (`store`). `effects` compares what they gave.
"""
