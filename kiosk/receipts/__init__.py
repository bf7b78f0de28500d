"""What becomes of a receipt between the record and the printer: composed, due, queued, taken up again.

Draws nothing and knows no printer.
"""
