"""What views draw with: a sheet of characters, tables, rasters, bars, names and colours."""
