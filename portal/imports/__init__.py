"""Importing CSV and XLSX files: template, dry run with errors by row and column, and applying as a job.

The floor is laid; step 5 furnishes it."""
