"""The options of folders below. pytest reads them here, of the first folders it is given, whatever path that is."""


def pytest_addoption(parser):
    parser.addoption("--bench-quick", action="store_true", help="Measure what creating a process costs in two minutes.")
