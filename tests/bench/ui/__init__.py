"""What the dashboard costs the browser it is shown in, beside an empty page in the same run."""
