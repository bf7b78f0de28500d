"""The rules of vaccinating, pure: values in, values out, as of a day. No database, no pages, no clock, no state.

``vaccines`` and ``course``: products, doses, intervals, mixing, colours. ``screening``: the ministry's dated questions and limits.
``vials``, ``gs1``, ``consignment``: what is on a vial, a box, a delivery. ``reactions``, ``priority``: afterwards and beforehand.
The facts are data in ``config/vaccination`` and ``config/value_sets``; docs/vaccination-rules.md tells how they are changed.
"""
