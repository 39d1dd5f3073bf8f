"""What a neck can and cannot do: where its markers go, and where those of healthy necks go."""
