"""Files: recordings and persons come in, OpenSim's formats go out.

``recordings`` reads whatever a laboratory exports, ``orientations`` how bodies are turned,
``subject`` reads the person, ``storage`` reads and writes OpenSim's tables, ``output`` puts a
folder of results in place whole or not at all.
"""
