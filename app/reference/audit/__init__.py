"""The audit (审计记录): read in words, and its chain checked."""
