"""The desk: where staff write and leaders approve in a browser, through the same gate as git."""
