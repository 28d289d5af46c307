"""Job orders (岗位单) and what a worker would take home from one."""
