"""What checks types while tests run: whole numbers may stand for others, as in all of Python."""

from beartype import BeartypeConf, beartype

check = beartype(conf=BeartypeConf(is_pep484_tower=True))
