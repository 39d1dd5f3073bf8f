from . import ahead as ahead

FOLDER: str
