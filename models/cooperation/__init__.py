"""The cooperation around the labour platform (粤办发〔2016〕32号 3-7, 9, 11-13): pairings and registers."""
