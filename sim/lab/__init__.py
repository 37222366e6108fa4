"""The laboratory: experiments that run anywhere, stop in time and never lose a run.

An experiment file (`file`) becomes a design of points (`design`), each a configuration; a point and
a replicate make a run, named by its content (`store.identity`). Runs that share their luck and
parameters share the months before their policies begin (`running.branching`); they are carried out
in tasks by this process, others or a cluster (`running`), and kept in shards until the tables are
written (`store`). From these follow the tables of each method (`answers`, by the statistics of
`methods`); `one_run` looks at a single run. `experiment` is the way through all of it, `resume`
what it keeps of an earlier time.
"""
