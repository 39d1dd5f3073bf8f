"""Movements that nobody recorded: the standard one, an examination, random ones, an average."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__, submod_attrs={"random_settings": ["PERSONAL_RHYTHM_SD"]}
)
