def write_page(out, options, path):
    path.write_text("x")
