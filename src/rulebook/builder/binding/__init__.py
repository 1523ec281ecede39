"""Named, ordered steps that bind the drafts of one clause: series to bands, ordinals to a ladder, limits to their rules."""

from collections.abc import Callable

from rulebook import model
from rulebook.builder.binding.bench import Bench
from rulebook.builder.binding.counts import bind_counts
from rulebook.builder.binding.figures import (
    bind_bottom,
    bind_edges,
    bind_more,
    bind_points_of_parts,
    bind_rate,
    bind_scale,
    bind_thresholds,
)
from rulebook.builder.binding.levels import bind_kept, bind_levels
from rulebook.builder.binding.limits import (
    bind_bound_shares,
    bind_limits,
    bind_no_more,
    bind_open,
    bind_parts_worth,
    bind_scales,
    bind_times,
    bind_worths,
)
from rulebook.builder.binding.outcomes import bind_bands, bind_places, bind_twins
from rulebook.builder.binding.overlaps import bind_headed, refuse_open_counts, refuse_overlaps, refuse_twins
from rulebook.builder.binding.rates import bind_free, bind_one_thing, bind_parts, bind_so_on, bind_upto
from rulebook.builder.binding.series import bind_exempt, bind_ladders, bind_lower, bind_shared, bind_shares

STEPS: tuple[Callable[[Bench], None], ...] = (
    bind_shares,
    bind_so_on,
    bind_one_thing,
    bind_scale,
    bind_edges,
    bind_more,
    bind_worths,
    bind_bound_shares,
    bind_twins,
    refuse_twins,
    bind_parts,
    bind_rate,
    bind_free,
    bind_upto,
    bind_open,
    bind_shared,
    bind_exempt,
    bind_lower,
    bind_ladders,
    bind_counts,
    bind_points_of_parts,
    bind_thresholds,
    bind_bottom,
    bind_no_more,
    bind_kept,
    bind_levels,
    bind_places,
    bind_bands,
    bind_headed,
    refuse_overlaps,
    refuse_open_counts,
    bind_scales,
    bind_parts_worth,
    bind_times,
    bind_limits,
)
"""The steps in the order in which they run."""


def bind(bench: Bench) -> None:
    """Runs every step. A draft that a step refuses leaves the rules and stands in `refused` with its code."""
    for step in (bind_bound_shares, bind_times, bind_limits) if _is_simple(bench) else STEPS:
        step(bench)


def _is_simple(bench: Bench) -> bool:
    """True for at most one rule that stands for itself, the usual clause: nothing but a limit can bind to it."""
    if bench.worths or len(bench.rules) > 1:
        return False
    for draft in bench.rules:
        if draft.kind not in ("deduct", "award", "zero") or draft.tests or draft.ordinal or draft.free or draft.upto is not None:
            return False
        if isinstance(draft.basis, model.Step) or (draft.exact is not None and draft.exact.low != 1):
            return False
    return True


__all__ = ["STEPS", "Bench", "bind"]
