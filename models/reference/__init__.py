"""Facts that change (结对、区划、最低工资): dated, with a source, and the files the platform starts with."""
