"""CART: which parameters a policy's regret depends on, as a short tree (Breiman et al. 1984)."""

from typing import Any

import numpy as np
import pandas as pd

from sim.lab.methods.intervals import Floats


def regret_tree(
    x: Floats, y: Floats, names: list[str], depth: int = 3, least: float = 0.05
) -> tuple[pd.DataFrame, float]:
    """Return the leaves of a regression tree, and how much it explains of worlds it was not shown.

    Parameters
    ----------
    x : array (n, D)
        Parameters of each world.
    y : array (n,)
        Regret, or any outcome, in each.
    names : list of str
        Parameters.
    depth : int
        Splits above a leaf at most.
    least : float
        Least share of worlds in a leaf.

    Returns
    -------
    leaves : DataFrame
        ``rule, mean, share, n``, the worst first.
    explained : float
        1 - squared error over variance, by 10-fold cross-validation; at most 0 if the tree says
        nothing.
    """
    from sklearn.model_selection import KFold, cross_val_predict
    from sklearn.tree import DecisionTreeRegressor

    tree: Any = DecisionTreeRegressor(
        max_depth=depth,
        min_samples_leaf=least,  # pyright: ignore
        random_state=1,
    )
    folds = KFold(min(10, len(y)), shuffle=True, random_state=1)
    guessed = cross_val_predict(tree, x, y, cv=folds)
    spread = float(y.var())
    explained = 1.0 - float(((y - guessed) ** 2).mean()) / spread if spread else np.nan
    tree.fit(x, y)
    leaf = tree.apply(x)
    rules = _rules(tree.tree_, names)
    rows = [
        {"rule": rules[node], "mean": float(y[leaf == node].mean())}
        | {"share": float((leaf == node).mean()), "n": int((leaf == node).sum())}
        for node in np.unique(leaf).tolist()
    ]
    return pd.DataFrame(rows).sort_values("mean", ascending=False, ignore_index=True), explained


def _rules(tree: Any, names: list[str]) -> dict[int, str]:
    """Return the conditions that lead to each leaf."""
    found: dict[int, str] = {}
    todo: list[tuple[int, dict[str, tuple[float, float]]]] = [(0, {})]
    while todo:
        node, bounds = todo.pop()
        left, right = int(tree.children_left[node]), int(tree.children_right[node])
        if left < 0:
            parts = [_bound(name, *ends) for name, ends in bounds.items()]
            found[node] = ", ".join(parts) or "everywhere"
            continue
        name, edge = names[int(tree.feature[node])], float(tree.threshold[node])
        low, high = bounds.get(name, (-np.inf, np.inf))
        todo.append((left, bounds | {name: (low, min(high, edge))}))
        todo.append((right, bounds | {name: (max(low, edge), high)}))
    return found


def _bound(name: str, low: float, high: float) -> str:
    if np.isfinite(low) and np.isfinite(high):
        return f"{low:.3g} < {name} <= {high:.3g}"
    return f"{name} <= {high:.3g}" if np.isfinite(high) else f"{name} > {low:.3g}"
