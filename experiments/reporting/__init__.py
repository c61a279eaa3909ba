"""What a report shows: portraits of runs, figures with their data, and the checklist of how it was done."""
